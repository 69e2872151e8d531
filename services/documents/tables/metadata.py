"""The metadata of documents' tables."""

from kit.tables import add_snapshots, new_metadata

metadata = new_metadata()
add_snapshots(metadata)
