"""The attendance sheet of a half-day."""
