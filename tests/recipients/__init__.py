"""Tests of what guardians run."""
