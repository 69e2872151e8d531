"""Dates, money, numbers, telephone numbers and the trade's words, as people of a language write them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from gettext import NullTranslations
from re import fullmatch, search, sub
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, format_percent

from contracts.ams import PolicyStatus
from contracts.documents.id_cards import IdCardReason
from contracts.policy.billing import Biller
from contracts.policy.insured import Deductible, Limit
from contracts.policy.money import Money
from contracts.policy.terms import Subject

from . import usual_words
from .policy_words import BILLERS, CAUSES, NAMES_OF_COVERAGES, NATURES, SUBJECTS
from .words import AUTO_LINES, BASES, COVERAGES, LINES, REASONS, STATUSES

LOCALES = {"en": Locale("en", "US"), "es": Locale("es", "US")}

FILTERS = (
    *("day", "day_month", "days_until", "stamp", "clock", "money", "paid", "number", "phone", "tel"),
    *("line", "beyond_line", "line_icon", "is_auto", "status", "status_tone", "reason", "remedy", "coverage", "limit"),
    *("deductible", "percent", "basis", "nature", "biller", "cause", "subject", "amount", "initials", "spot_code"),
    "usual",
)


class Formats:
    """How one language writes facts; pages use its methods as filters.

    Days are dates of the policy's own time zone and are never shifted; moments are UTC and shown in the agency's.
    """

    def __init__(self, language: str, translations: NullTranslations) -> None:
        self.locale = LOCALES[language]
        self.translations = translations
        cached = lru_cache(maxsize=4096)
        self._day = cached(lambda day, style: format_date(day, style, locale=self.locale))
        self._money = cached(self._write_money)
        self._stamp = cached(self._write_stamp)

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The methods that templates may use, by name."""
        return {name: getattr(self, name) for name in FILTERS}

    def day(self, day: date) -> str:
        """2026-11-20 → Nov 20, 2026."""
        return self._day(day, "medium")

    def day_month(self, day: date) -> str:
        """2026-11-20 → November 20, 2026."""
        return self._day(day, "long")

    def stamp(self, moment: datetime, time_zone: str) -> str:
        """A moment in the agency's time zone: Nov 20, 2026, 9:05 AM."""
        return self._stamp(moment.replace(second=0, microsecond=0), time_zone)

    def clock(self, moment: datetime, time_zone: str) -> str:
        """A moment's time of day in the agency's time zone: 9:05 AM."""
        return str(format_time(moment.astimezone(zone(time_zone)), "short", locale=self.locale))

    def _write_stamp(self, moment: datetime, time_zone: str) -> str:
        local = moment.astimezone(zone(time_zone))
        return f"{self.day(local.date())}, {format_time(local, 'short', locale=self.locale)}"

    def money(self, value: Money | Decimal, currency: str = "USD") -> str:
        """$1,250.50; cents are left out where there are none."""
        if isinstance(value, Money):
            return self._money(value.amount, value.currency)
        return self._money(value, currency)

    def paid(self, value: Decimal, currency: str) -> str:
        """$25.00: as on a receipt, where cents are told also when there are none; −$25.00 for what went back."""
        return format_currency(
            value, currency, format="¤#,##0.00;−¤#,##0.00", locale=self.locale, currency_digits=False
        )

    def _write_money(self, amount: Decimal, currency: str) -> str:
        plain = "¤#,##0" if amount == amount.to_integral_value() else "¤#,##0.00"
        return format_currency(
            amount,
            currency,
            format=f"{plain};−{plain}",
            locale=self.locale,
            currency_digits=False,
        )

    def number(self, value: int | Decimal) -> str:
        """1250 → 1,250."""
        return format_decimal(value, locale=self.locale)

    def phone(self, number: str) -> str:
        """+15125550142 → (512) 555-0142; numbers of other countries stay as they are."""
        digits = _national(number)
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if digits else number

    def tel(self, number: str) -> str:
        """The number for a tel: link."""
        digits = _national(number)
        return f"+1{digits}" if digits else sub(r"[^\d+*#,;]", "", number)

    def days_until(self, day: date, time_zone: str, today: date | None = None) -> str:
        """How far off a day is: today, tomorrow, in 12 days; a day that has passed reads as its date."""
        distance = (day - (today or datetime.now(zone(time_zone)).date())).days
        _, ngettext = self.translations.gettext, self.translations.ngettext
        if distance == 0:
            return _("today")
        if distance == 1:
            return _("tomorrow")
        if distance < 0:
            return self.day(day)
        return ngettext("in %(num)s day", "in %(num)s days", distance) % {"num": self.number(distance)}

    def line(self, code: str) -> str:
        """AUTOP → Personal Auto; a code that we do not know stays as it is."""
        return self._word(LINES[code][0]) if code in LINES else code

    def beyond_line(self, description: str, code: str) -> str:
        """What a description adds to the line of business; nothing where it only says the line once more."""
        said = {code, self.line(code), LINES[code][0] if code in LINES else code}
        return "" if description.strip().casefold() in {one.casefold() for one in said} else description

    def line_icon(self, code: str) -> str:
        """The icon of a line of business."""
        return LINES[code][1] if code in LINES else "shield"

    def is_auto(self, code: str) -> bool:
        """Whether a line has vehicles that carry ID cards."""
        return code in AUTO_LINES

    def status(self, status: PolicyStatus) -> str:
        """A policy status in a word or two."""
        return self._word(STATUSES[status][0])

    def status_tone(self, status: PolicyStatus) -> str:
        """How a status is painted: good, warn, bad, info or quiet."""
        return STATUSES[status][1]

    def reason(self, reason: IdCardReason) -> str:
        """Why no ID card can be made, in one sentence."""
        return self._word(REASONS[reason][0])

    def remedy(self, reason: IdCardReason) -> str:
        """What the insured can do about it."""
        return self._word(REASONS[reason][1])

    def coverage(self, code: str, description: str) -> str:
        """A coverage's name: the agency's own wording, translated where that is a usual one, else that of its code."""
        usual = NAMES_OF_COVERAGES.get(description.strip().casefold())
        if usual and self._word(usual) != usual:
            return self._word(usual)
        return description or (self._word(COVERAGES[code]) if code in COVERAGES else code)

    def usual(self, text: str) -> str:
        """Check 2207, as an agency's system writes it: in the reader's language where it is one of the usual words."""
        known, rest = usual_words.split(text)
        return f"{self._word(known)}{rest}" if known and self._word(known) != known else text

    def limit(self, limit: Limit, currency: str = "USD") -> str:
        """$50,000 each person."""
        return f"{self.money(limit.amount, currency)} {self.basis(limit.basis)}".strip()

    def deductible(self, deductible: Deductible, currency: str = "USD") -> str:
        """$500 each loss; 2% wind and hail."""
        percent = deductible.amount is None
        amount = self.amount(deductible.percent if percent else deductible.amount, currency, percent)
        return f"{amount} {self.basis(deductible.basis)}".strip()

    def basis(self, text: str) -> str:
        """What a limit or deductible applies to, translated where it is one of the usual words."""
        known = BASES.get(text.strip().lower())
        return self._word(known) if known else text

    def percent(self, value: Decimal) -> str:
        """2.5 → 2.5%; −8 → −8%."""
        return str(format_percent(value / 100, format="#,##0.####%;−#,##0.####%", locale=self.locale))

    def amount(self, value: Decimal | None, currency: str = "USD", percent: bool = False) -> str:
        """Money, or a percentage; a dash where there is none."""
        if value is None:
            return "–"
        return self.percent(value) if percent else self.money(value, currency)

    def nature(self, code: str) -> str:
        """MG → Mortgagee; a word that is no code of ours stays as it is."""
        return self._word(NATURES[code]) if code in NATURES else code

    def biller(self, biller: Biller) -> str:
        """Who sends the bill, in words; nothing where that is not known."""
        return self._word(BILLERS[biller]) if BILLERS[biller] else ""

    def cause(self, reason: str) -> str:
        """Why a policy is to be cancelled, translated where it is one of the usual words."""
        known = CAUSES.get(reason.strip().rstrip(".").lower())
        return self._word(known) if known else reason.rstrip(".")

    def subject(self, subject: Subject) -> str:
        """What a change of a term is about, in a word."""
        return self._word(SUBJECTS[subject])

    def initials(self, name: str) -> str:
        """Up to two letters that stand for a name where there is no picture."""
        words = [word for word in sub(r"[^\w\s]", "", name).split() if word[0].isalpha()]
        return "".join(word[0] for word in words[:2]).upper()

    def spot_code(self, text: str) -> str:
        """The identification code in a message, for the developer's mailbox; empty where there is none."""
        found = search(r"(?<![\w#@-])\d{3} ?\d{3}(?![\w-])", text)
        return found[0] if found else ""

    def _word(self, text: str) -> str:
        return self.translations.gettext(text)


@lru_cache(maxsize=256)
def zone(name: str) -> tzinfo:
    """The time zone of this IANA name; UTC where there is none, so that a page never fails for it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def _national(number: str) -> str:
    """The ten digits of a number of the North American plan, or nothing."""
    found = fullmatch(r"(?:\+?1)?(\d{10})", sub(r"[\s().-]", "", number))
    return found[1] if found else ""
