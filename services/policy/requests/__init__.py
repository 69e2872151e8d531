"""Requests of insureds: checked against the book, kept, talked about, and told to whoever has to know."""
