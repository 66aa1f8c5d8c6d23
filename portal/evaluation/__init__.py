"""Third-party and resident evaluation, stars, closing."""
