"""The shelf of scenarios in the window: run them, compare them, mix them, publish one."""
