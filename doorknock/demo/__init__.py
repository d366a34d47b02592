"""Demo 演示: a fictional town and a week of visits, played by phones through the real wire."""
