"""The day's paper in the window: choose, look, print, save."""
