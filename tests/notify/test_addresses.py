"""What can be written to, and what nobody may see of it."""

import pytest

from services.notify.addresses import BadAddress, check_email, check_header, check_phone, scrub


@pytest.mark.parametrize(
    ("address", "sent_to"),
    [
        ("pat.rivera@example.com", "pat.rivera@example.com"),
        ("o'neil+home@example.com", "o'neil+home@example.com"),
        ("info@münchen.example", "info@xn--mnchen-3ya.example"),
    ],
)
def test_good_addresses(address: str, sent_to: str) -> None:
    assert check_email(address) == sent_to


@pytest.mark.parametrize(
    "address",
    [
        "",
        "pat",
        "pat@example",
        "pat@example.com\r\nBcc: all@example.com",
        "pat@example.com\nRCPT TO:<all@example.com>",
        "pat@exa\x00mple.com",
        "pat@example.com, all@example.com",
        "Pat <pat@example.com>",
        "pat rivera@example.com",
        "pat@@example.com",
        "pat..rivera@example.com",
        ".pat@example.com",
        "pat@.example.com",
        "josé@example.com",
        f"{'p' * 250}@example.com",
    ],
)
def test_bad_addresses(address: str) -> None:
    with pytest.raises(BadAddress):
        check_email(address)


@pytest.mark.parametrize("number", ["", "5125550112", "+1 512 555 0112", "+0123456789", "+15125550112\r\n", "tel"])
def test_bad_numbers(number: str) -> None:
    with pytest.raises(BadAddress):
        check_phone(number)


@pytest.mark.parametrize(
    "name", ["Pat\r\nBcc: all@example.com", "Pat\n", "Pat\x0bRivera", "Pat\u2028Rivera", "Pat\x85"]
)
def test_names_cannot_begin_a_header(name: str) -> None:
    with pytest.raises(BadAddress):
        check_header(name)


def test_a_servers_answer_is_scrubbed() -> None:
    said = "550 5.1.1 <pat.rivera@example.com>: user\r\nunknown, code 482913, call +15125550112"
    kept = scrub(said)
    assert kept == "550 5.1.1 <p•••@e•••.com>: user  unknown, code •••, call ••• 12"
    assert len(scrub("x" * 1000)) == 200
