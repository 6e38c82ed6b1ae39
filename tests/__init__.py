"""Tests: each room on its own, then journeys through all of them, then attacks that must fail."""
