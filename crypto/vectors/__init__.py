"""Vectors: known answers and errors for protocol v1, as JSON, and what makes them. See README.md."""
