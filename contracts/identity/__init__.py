"""What identity says: agencies, people and their access, every way in, sessions, and what was done."""
