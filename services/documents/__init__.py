"""Documents: what can be handed over as proof.

Owns the documents of every account with their bytes (the vault), the rules by which an ID card may be made, how it
looks, and who e-mailed which document where. It draws from facts that it asks policy for at that moment, never from a
copy, and it is careful: where a fact or a state's rule is missing it says so in one word and makes no card. Hears the
AMS's certificates, masters and documents, and keeps what it tells of them.

From others it keeps only what goes on paper or says whether a paper still holds: accounts with name and address
(identity), the agency's public record (identity), and whether each policy still stands (policy).
"""
