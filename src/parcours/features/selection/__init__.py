"""Candidates of a cohort, until each is admitted, waits, or has something else ahead."""
