"""User names, passwords, and the links that set them."""
