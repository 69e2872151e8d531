"""Assigned credentials: a user name from the agency and a password that only the insured knows."""
