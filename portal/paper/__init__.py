"""What the steward prints: posters, records of what was signed, sheets of a split key."""
