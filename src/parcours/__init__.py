"""Parcours: nobody forgotten between two organisations."""

__version__ = "0.1.0"
