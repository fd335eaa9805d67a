"""The trade in plain values: standard library only, no clock, no I/O, no Qt, no SQL."""
