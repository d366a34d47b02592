"""Sync 同步: what the phone and the server promise each other. The journal keeps every line as it came."""
