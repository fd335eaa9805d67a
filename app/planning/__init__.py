"""The optimizer: from a Problem to a Plan, in a process of its own."""
