"""Units of government, social organisations, roles, track record."""
