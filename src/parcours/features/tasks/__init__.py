"""Tâches: to do and done, one’s own, from the rules and from the relays."""
