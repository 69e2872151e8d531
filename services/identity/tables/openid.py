"""OpenID Connect clients of agencies, and the links that people made."""
