"""Employers and what they need."""
