"""日报, 通报, 周报, 月报, 阶段总结: what they say of a region, when they are frozen, and their versions."""
