"""The AMS's codes and words for the nature of an interest, mapped to ACORD's."""

CODES = {
    "AI": ("additionalinsured", "addlinsured", "additional"),
    "AN": ("additionalnamedinsured", "namedinsured", "addlnamedinsured"),
    "MG": ("mortgagee", "mortgage", "mtg", "mtgee", "firstmortgagee", "secondmortgagee"),
    "LP": ("losspayee", "loss"),
    "LO": ("lenderslosspayable", "lenderslosspayee", "lenderlosspayable"),
    "LH": ("lienholder", "lien", "leinholder"),
    "AL": ("lessor", "additionalinsuredlessor", "leasingcompany", "leased", "lessoradditionalinsured"),
    "CH": ("certificateholder", "certholder"),
    "CO": ("coowner", "jointowner"),
    "TR": ("trustee", "trust"),
}
WORDS = {word: code for code, words in CODES.items() for word in (code.lower(), *words)}


def nature_of(word: str) -> str:
    """ACORD's code for the AMS's code or word; what we do not know stays as it came."""
    return WORDS.get("".join(letter for letter in word.lower() if letter.isalnum()), word)
