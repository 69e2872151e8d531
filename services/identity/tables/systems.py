"""Systems of agencies."""
