"""Second factors of staff: time-based codes of an authenticator, and their recovery."""
