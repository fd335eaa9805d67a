"""The region pack: what one OSM extract gives a depot."""
