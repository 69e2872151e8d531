"""The agency's systems."""
