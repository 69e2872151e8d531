"""The AMS's codes and words for who bills, mapped to the trade's three."""

from contracts.policy.billing import Biller

WORDS: dict[str, Biller] = {
    # AL3: A agency bill, C company bill by account, P company bill by policy; ACORD XML: ABA, CAB, CPB
    **dict.fromkeys(("a", "ab", "aba", "abp", "agency", "agencybill", "agencybill100", "agencybilled"), "agency"),
    **dict.fromkeys(
        ("c", "p", "cab", "cpb", "db", "company", "companybill", "companybilled", "insurer", "carrierbill"), "company"
    ),
    **dict.fromkeys(("d", "direct", "directbill", "directbill100", "directbilled", "mortgageebill"), "company"),
    **dict.fromkeys(("f", "finance", "financed", "premiumfinance", "premiumfinanced", "pf"), "finance"),
}


def biller_of(*words: str) -> Biller:
    """Who bills, by the first of the AMS's words that we know."""
    for word in words:
        known = WORDS.get("".join(letter for letter in word.lower() if letter.isalnum()))
        if known is not None:
            return known
    return "unknown"
