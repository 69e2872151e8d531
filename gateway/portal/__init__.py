"""Pages for insureds, below /{agency}/."""
