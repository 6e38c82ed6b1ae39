"""Measurements behind the numbers that the README claims, as programs that anyone can run."""
