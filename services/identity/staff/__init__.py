"""Who works for an agency, and how they come in with two factors."""
