"""What all of identity's tables belong to, the kit's tables among them."""

from kit.tables import new_metadata

metadata = new_metadata()
