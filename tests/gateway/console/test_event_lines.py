"""An event's lines on a page, whatever its body holds."""

from gateway.console.event_lines import indented, lines_of


def test_the_place_that_is_wrong_is_marked() -> None:
    marked = [line.text.strip() for line in lines_of('{"data": {"a": [1, 2]}}', "/data/a/1") if line.marked]
    assert marked == ["2"]
    missing = [line.text.strip() for line in lines_of('{"data": {"a": 1}}', "/data/b") if line.marked]
    assert missing == ['"data": {']


def test_half_a_character_is_shown_as_its_escape_and_the_rest_as_it_reads() -> None:
    text = indented('{"id": "\\ud800", "na\\udfffme": "Nuñez 🏠"}')
    assert text.encode().decode() == text
    assert '"id": "\\ud800"' in text
    assert "Nuñez 🏠" in text


def test_what_is_no_json_is_shown_as_it_came() -> None:
    assert [line.text for line in lines_of("{no", "/id")] == ["{no"]
    assert [line.text for line in lines_of("[" * 100_000, "")] == ["[" * 100_000]


def test_what_is_deeper_than_a_page_is_wide_is_shown_as_it_came() -> None:
    for deep, lines in ((30, 2 * 30 - 1), (60, 1)):
        body = "[" * deep + "]" * deep
        assert len(lines_of(body, "")) == lines
