"""Each role's own work, the public front page."""
