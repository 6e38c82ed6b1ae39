"""Tests of what the operator runs."""
