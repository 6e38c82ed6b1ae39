"""What guardians run: opens concerns, answers them, keeps the keys."""
