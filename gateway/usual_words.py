"""What agencies' systems write of payments and bills in words of their own, where these are the usual ones.

Texts are English msgids; `gateway/locale/` has their translations.
"""

from .words import _

USUAL: dict[str, str] = {
    text.casefold(): text
    for text in (
        _("Annual premium"),
        _("Agency bill"),
        _("Bank transfer"),
        _("Card"),
        _("Card ending"),
        _("Cash"),
        _("Check"),
        _("Credit card"),
        _("Debit card"),
        _("Deposit premium"),
        _("Direct bill"),
        _("Down payment"),
        _("Electronic check"),
        _("Installment"),
        _("Instalment"),
        _("Money order"),
        _("Mortgagee bill"),
        _("Policy fee"),
        _("Renters"),
        _("Wire transfer"),
    )
}


def split(text: str) -> tuple[str, str]:
    """The usual word as its msgid, empty for others, and what follows it: Check 2207 → Check, " 2207"."""
    known = USUAL.get(text.strip().casefold())
    if known:
        return known, ""
    words, space, last = text.strip().rpartition(" ")
    return (USUAL.get(words.casefold(), ""), space + last) if any(letter.isdigit() for letter in last) else ("", "")
