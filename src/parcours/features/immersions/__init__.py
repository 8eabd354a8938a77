"""Immersions in a company: planned, followed, assessed by the tutor."""
