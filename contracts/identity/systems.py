"""The agency's systems: OAuth 2.0 clients and their logins on the bus."""
