"""The timeline of a person: what every partner did, and the notes on it."""
