"""Agenda: appointments, half-days, steps that begin and end, tasks and relays due; its feed."""
