"""Sign-in with Google and Microsoft: the agencies' clients, the way there and back, and what an ID token says."""
