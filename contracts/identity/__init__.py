"""What identity says: agencies, people and their access, every way in, sessions, and what was done."""

# the modules whose messages count, by name: importing one does not import them all
SPEAKING = (
    "accounts",
    "activities",
    "addressees",
    "agencies",
    "consents",
    "contacts",
    "devices",
    "feed",
    "impersonations",
    "information",
    "openid",
    "own_ways",
    "passkeys",
    "passwords",
    "second_factors",
    "sessions",
    "settings",
    "shared_addresses",
    "sign_in",
    "staff",
    "systems",
    "telling",
)
