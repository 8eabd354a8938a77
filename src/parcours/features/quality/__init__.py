"""The quality of data: what is missing, why it matters, and the field to fill on the spot."""
