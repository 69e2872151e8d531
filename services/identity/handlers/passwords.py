"""Assigned credentials."""
