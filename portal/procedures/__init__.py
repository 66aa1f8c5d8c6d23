"""Rule files with their sources, the working-day calendar."""
