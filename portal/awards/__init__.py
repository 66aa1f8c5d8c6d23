"""Award decisions and their public notice."""
