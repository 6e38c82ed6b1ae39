"""Whole journeys: real portal, real browser, real guardian program."""
