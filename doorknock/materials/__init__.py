"""Materials 宣传资料: what is told at the door and stands behind a code, as it comes along or an office made it."""
