"""OpenID Connect: signing in with Google, and staff with Google or Microsoft."""
