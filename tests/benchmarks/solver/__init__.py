"""Engines side by side: the same instances, wall time and cores, judged by one checker."""
