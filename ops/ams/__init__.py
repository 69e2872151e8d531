"""The AMS's side of the bus, for people without an AMS: publish its events, hear what it would hear."""
