"""The agency's own programs: what they have instead of a password, and what it opens."""
