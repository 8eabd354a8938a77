"""Small cells: fewer people than this could be named by their count (domain/disclosure masks).

Source: domain notes §8; threshold of 5 persons.
"""

FEWEST = 5
