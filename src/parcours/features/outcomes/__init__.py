"""Exits, as facts."""
