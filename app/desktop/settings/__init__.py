"""Settings of the workstation: regions, database, look, and what the program is made of."""
