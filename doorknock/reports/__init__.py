"""What leaves the office: papers (日报 to 阶段总结) and their forms, ledgers, map data, and reading by programs."""
