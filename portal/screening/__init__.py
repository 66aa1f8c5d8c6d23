"""What opened proposals of a call have in common: evidence side by side, never a verdict."""
