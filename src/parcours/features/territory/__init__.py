"""The territory: where pathways break, and between which partners people wait."""
