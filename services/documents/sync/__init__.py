"""What the AMS says of certificates and documents, applied: a file for each kind, a batch of one agency at a time."""
