"""The board: the day's routes on a time axis or as columns of cards."""
