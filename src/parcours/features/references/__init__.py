"""Official lists: which are loaded, since when, and codes in use that left them."""
