"""Passkeys: how they are made and proven, and what contacts and their agency do with them."""
