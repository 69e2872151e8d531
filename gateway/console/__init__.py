"""Pages for staff, below /{agency}/console/."""
