"""Remembered devices."""
