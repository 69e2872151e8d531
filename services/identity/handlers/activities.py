"""Activity: shown, checked, exported."""
