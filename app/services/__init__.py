"""What a dispatcher can ask for: plain blocking methods, one transaction each."""
