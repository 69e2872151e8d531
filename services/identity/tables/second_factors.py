"""Second factors of staff."""
