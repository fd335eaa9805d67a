"""Road conditions in the window: what is closed or slow, drawn, changed and ended."""
