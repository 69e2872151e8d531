"""Access given and taken away: the toggle, everything that ends with it, and the mail that tells of a change."""
