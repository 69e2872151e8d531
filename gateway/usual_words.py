"""What agencies' systems write of payments, bills, discounts and buildings in words of their own, where usual.

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
        _("Fire resistive"),
        _("Frame"),
        _("Installment"),
        _("Instalment"),
        _("Joisted masonry"),
        _("Main location"),
        _("Masonry"),
        _("Masonry veneer"),
        _("Money order"),
        _("Mortgagee bill"),
        _("Noncombustible"),
        _("Owner"),
        _("Policy fee"),
        _("Renters"),
        _("Several policies"),
        _("Tenant"),
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
