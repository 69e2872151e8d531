"""Impersonations and their one-time addresses."""
