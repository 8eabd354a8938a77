"""Relais: proposing the next step to a partner, and answering."""
