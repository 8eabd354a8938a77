"""Commands that need a file of their own; cli.py gathers them."""
