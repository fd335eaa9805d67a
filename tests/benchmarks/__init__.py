"""Figures, printed by `make bench`; each aim stands beside what measures it."""
