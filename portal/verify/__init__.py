"""Offline checks that need neither database nor network."""
