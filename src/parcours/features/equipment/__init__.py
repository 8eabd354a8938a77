"""Equipment: what the organisation lends and gives, to whom, and what is late."""
