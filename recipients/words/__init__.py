"""What guardians read, shared by the command line and the window: sentences, answers in words, days, harmless text."""
