"""The figures handed over, and the rows behind each of them."""
