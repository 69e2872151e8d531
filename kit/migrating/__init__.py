"""Migrations: logins and databases, each service's numbered steps, and the streams of the bus."""
