"""Ma journée: what waits, for each role."""
