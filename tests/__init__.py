"""The tests, room by room; tests/village.py tells of the people in them."""
