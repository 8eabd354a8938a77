"""Learners: the list, one file, entering and correcting it."""
