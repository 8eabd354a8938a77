"""Weekly hours: a person’s weeks against what was agreed, and who was below last week."""
