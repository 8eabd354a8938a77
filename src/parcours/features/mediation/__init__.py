"""Mediation acts: one person or a workshop in one form, their list, a person’s hours."""
