"""Messages: letters to print, calls to make, what was written to a person, what did not leave."""
