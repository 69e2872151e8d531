"""The commands that come in groups; each hands over to the module that does the work."""
