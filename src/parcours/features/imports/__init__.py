"""Taking in partners’ spreadsheets."""
