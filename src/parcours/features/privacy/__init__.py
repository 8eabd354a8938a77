"""Sharing a file with partners, and the journal of who read it."""
