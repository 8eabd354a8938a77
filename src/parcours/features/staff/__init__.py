"""Who acts for one’s organisation: accounts, replacements, people nobody accompanies."""
