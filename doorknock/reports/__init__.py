"""Reports 报告: what leaves the office as files and figures: ledgers, map data, and reading by other programs."""
