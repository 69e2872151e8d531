"""From an e-mail address to a session, by an identification code."""
