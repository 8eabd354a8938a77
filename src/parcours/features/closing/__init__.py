"""À clôturer: what nobody has said yet, and the act that says it."""
