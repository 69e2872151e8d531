"""What documents says: what can be handed over as proof, its bytes, and its way to a mailbox."""

# the modules whose messages count, by name: importing one does not import them all
SPEAKING = ("feed", "id_cards", "mailings", "vault")
