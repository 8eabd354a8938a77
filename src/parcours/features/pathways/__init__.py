"""Steps of a pathway, and the breaks to avoid."""
