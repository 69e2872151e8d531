"""Certificate holders: added in the portal, told to the agency's system, and one with what it tells back."""
