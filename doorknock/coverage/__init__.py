"""Coverage 覆盖: reads the counters and adds them up the tree; it writes nothing."""
