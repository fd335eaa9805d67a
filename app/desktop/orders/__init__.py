"""The orders table, its forms, the import and the work list of orders on hold."""
