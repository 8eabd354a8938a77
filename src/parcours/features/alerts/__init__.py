"""Alertes: who is about to be lost, on which facts, and who acts."""
