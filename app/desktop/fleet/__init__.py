"""Depots, vehicles, drivers and shifts: tables, forms and the week."""
