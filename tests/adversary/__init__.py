"""Attacks that must fail: each test is named for one, and runs it against a real portal in a process of its own."""
