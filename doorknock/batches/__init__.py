"""Batches 批次: a printed run of a material and the code that it owns; slips, and what was opened."""
