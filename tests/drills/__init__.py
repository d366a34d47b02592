"""Bad days played from end to end, with the commands of docs/运维手册.md: `scripts/drill`."""
