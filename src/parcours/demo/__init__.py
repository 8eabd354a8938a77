"""The demonstration territory."""
