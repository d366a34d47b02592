"""What is taken out of the office for other programs: ledgers, map data, and a door for reading."""
