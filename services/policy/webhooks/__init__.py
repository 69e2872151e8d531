"""Webhooks: portal events for addresses of the agency's own, signed, tried for three days, in nobody's way."""
