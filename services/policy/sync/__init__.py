"""What the AMS says of the book, applied: a file for each kind, a batch of one agency at a time."""
