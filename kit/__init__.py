"""How messages are said, kept and traced: bus, database, outbox, principal, start and stop; no word of the trade."""
