"""Adéquation: what curricula teach beside what employers ask, and who will be ready when."""
