"""Impersonations."""
