"""Official notices with frozen text."""
