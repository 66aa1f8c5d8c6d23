"""Score sheets, closing a panel, ranking."""
