"""What leaves, when and for whom: a household erased everywhere on request, and the sweep that lets everything leave in
time.
"""
