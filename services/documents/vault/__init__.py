"""The vault: documents with their bytes, and their way to a mailbox."""
