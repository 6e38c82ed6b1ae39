"""Tests of the desk in a window: real windows on a screen of their own."""
