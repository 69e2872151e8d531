"""The agency's staff."""
