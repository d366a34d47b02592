"""Backup 备份: a copy taken while others write, which counts only once it was restored elsewhere and verified."""
