"""A second implementation of docs/PROTOCOL.md, written from its text alone, that makes the vectors."""
