"""What leaves the house: papers (日报, 通报, 周报, 月报, 阶段总结) as data, and the forms in which they go."""
