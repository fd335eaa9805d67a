"""Files in and out: orders, fleets, manifests, maps, exports."""
