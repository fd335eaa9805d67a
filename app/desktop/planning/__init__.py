"""The optimizer in the window: start, watch, stop, and take its plan."""
