"""The four services: each owns its part of the product, its database and its words on the bus."""
