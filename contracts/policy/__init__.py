"""What policy says: the agency's book as an insured may see it, what was paid, and what changed."""
