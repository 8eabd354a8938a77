"""Signing in and out, and for which organisation one acts."""
