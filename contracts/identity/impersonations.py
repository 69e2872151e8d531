"""Impersonations: staff look at an insured's portal, read-only and for half an hour."""
