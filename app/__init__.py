"""Wayboard: a dispatch console for last-mile depots."""

__version__ = "0.1.0"
