"""Programmes of the territory and the curricula one’s organisation teaches."""
