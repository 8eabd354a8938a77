"""Fairness: who is proposed and hired, in counts, apart from the score."""
