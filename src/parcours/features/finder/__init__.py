"""The next step of somebody: what they could enter, and what would leave the fewest days alone."""
