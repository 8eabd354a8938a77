"""Programmes, curricula and cohorts."""
