"""Addresses: which ones can be written to, and what may be seen of them where people look (logs, tables)."""

import re
from email.errors import MessageError
from email.headerregistry import Address

from kit.masking import mask_email, mask_phone

CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+\.[^\s@<>()\[\],;:\\\".]+")
PHONE = re.compile(r"\+[1-9]\d{7,14}")
LONG_NUMBER = re.compile(r"\d{6,}")


class BadAddress(ValueError):
    """Nothing can be sent there, or a name cannot stand in a mail's header."""


def check_email(address: str) -> str:
    """The address as SMTP takes it: an international domain in its ASCII form.

    Raises BadAddress for what is no address, for line breaks, and for a mailbox name outside ASCII (few servers take
    those).
    """
    if len(address) > 254 or not EMAIL.fullmatch(address) or CONTROLS.search(address):
        raise BadAddress("not an e-mail address")
    local, _, domain = address.partition("@")
    if not local.isascii():
        raise BadAddress("a mailbox name outside ASCII")
    try:
        return Address(addr_spec=f"{local}@{domain.encode('idna').decode()}").addr_spec
    except (ValueError, MessageError, IndexError):
        raise BadAddress("not an e-mail address") from None


def check_phone(number: str) -> str:
    """The number in E.164 form; raises BadAddress for anything else."""
    if not PHONE.fullmatch(number):
        raise BadAddress("not a phone number in E.164 form")
    return number


def check_header(text: str) -> str:
    """The text, safe to stand in a header; raises BadAddress where a line break could begin another header."""
    if CONTROLS.search(text):
        raise BadAddress("a control character in a header")
    return text


def scrub(text: str, longest: int = 200) -> str:
    """What a server said, fit to be kept: addresses masked, long numbers (codes, phones) struck out, on one line."""
    text = EMAIL.sub(lambda found: mask_email(found.group()), CONTROLS.sub(" ", text))
    text = PHONE.sub(lambda found: mask_phone(found.group()), text)
    return LONG_NUMBER.sub("•••", text)[:longest]
