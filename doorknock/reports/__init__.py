"""What leaves the office: papers (日报, 通报, 周报, 月报, 阶段总结) and their forms, ledgers, map data, and reading by programs."""
