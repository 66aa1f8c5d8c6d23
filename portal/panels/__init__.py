"""Expert pool, draw, recusal, seats."""
