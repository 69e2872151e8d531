"""Passkeys (WebAuthn): made after signing in, used instead of a code."""
