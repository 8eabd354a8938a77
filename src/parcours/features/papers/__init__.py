"""Papers: what one can print and take away of a person’s file."""
