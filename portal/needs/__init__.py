"""Residents' needs: collected, merged, rated, deliberated, answered; ideas, resources and small tasks that meet them."""
