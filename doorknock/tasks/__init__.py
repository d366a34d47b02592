"""Tasks 单位任务: activities held, notices put up, what the town asks of its villages by which day, and counts."""
