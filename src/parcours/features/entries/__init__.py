"""What FSE+ asks of somebody at entry: the questionnaire, its sheet, its erasure."""
