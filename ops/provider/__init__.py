"""Stand-ins for Google and Microsoft on a development machine: OpenID providers with invented accounts, on loopback."""
