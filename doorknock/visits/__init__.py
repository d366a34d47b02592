"""Visits 走访: outcomes, install counts, corrections and voids, and the fold that says what counts."""
