"""What policy says: the agency's book as an insured may see it, what was paid, and what changed."""

# the modules whose messages count, by name: importing one does not import them all
SPEAKING = (
    "feed",
    "freshness",
    "holder_sheets",
    "holders",
    "payments",
    "policies",
    "request_inbox",
    "requests",
    "tasks",
    "vehicles",
    "webhooks",
)
