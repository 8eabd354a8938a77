"""Matching: candidates of a need, needs of a learner, what a learner looks for, the rules."""
