"""What all of policy's tables belong to, the kit's tables among them."""

from kit.tables import add_snapshots, new_metadata

metadata = new_metadata()
add_snapshots(metadata)
