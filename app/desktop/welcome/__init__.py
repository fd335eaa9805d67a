"""The first start, with an empty database."""
