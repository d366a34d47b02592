"""Places 户/点: the roster and its import, the review of what workers report, and the counters of the tally."""
