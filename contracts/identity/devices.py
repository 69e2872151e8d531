"""Remembered devices: a browser that may open ID cards, and nothing else, without a new code."""
