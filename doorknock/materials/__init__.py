"""Materials 宣传资料: what is told at the door and stands behind a code: the catalogue, and what an office publishes."""
