"""Partenaires: the directory, what partners offer, threads about it, the map, the charter."""
