"""Tasks 单位任务: activities held and notices put up, what the town asks of its villages by which day, and the counts."""
