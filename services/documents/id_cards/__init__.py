"""ID cards: the rules by which one may be made, what stands on it, and how it looks."""
