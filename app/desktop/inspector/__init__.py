"""What there is to know of the selected order, stop or route."""
