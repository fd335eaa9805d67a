"""The window; the only room with PySide6, qasync, async and await."""
