"""Every page in every state: what it says, what it must not contain, its weight, and colours that stay readable."""

from gzip import compress
from html import unescape
from html.parser import HTMLParser
from re import findall, search

import pytest
from jinja2 import UndefinedError

from contracts.documents.id_cards import IdCardReason
from gateway.formats import Formats
from gateway.rendering import ASSETS, TEMPLATES, TURNING, Language, Renderer, brand_css, translations
from gateway.words import LINES, REASONS

from . import portal_samples as samples
from .portal_screens import SCREENS
from .request_screens import PIECES as OF_REQUESTS
from .ways_in_screens import PIECES

CONSOLE = TEMPLATES.parents[1] / "console" / "templates"
VOID = {"meta", "link", "input", "br", "use"}
EN, ES = (Formats(language, translations(language)) for language in ("en", "es"))


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


class Html(HTMLParser):
    """Elements of a page with their attributes; refuses tags that do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


def draw(renderer: Renderer, name: str, language: Language = "en", agency=samples.AGENCY, **values) -> str:
    template, page, known = SCREENS[name]
    return renderer.render(template, samples.page(language, agency, **page), **(known | values))


def form_to(html: Html, action: str) -> bool:
    return any(form.get("action") == action and form["method"] == "post" for form in html.all("form"))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", SCREENS)
def test_every_page_is_whole_and_fits_a_strict_content_security_policy(renderer: Renderer, name, language) -> None:
    text = draw(renderer, name, language, samples.LONG_AGENCY)
    html = Html(text)
    assert "<Macro" not in text and "None" not in text
    assert "style" not in {tag for tag, _ in html.elements}
    for _, attributes in html.elements:
        assert "style" not in attributes
        assert not [key for key in attributes if key.startswith("on")]
    assert all(script.get("src") for script in html.all("script"))
    ids = [attributes["id"] for _, attributes in html.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for attributes in html.all("input", "select"):
        if attributes.get("type") != "hidden":
            assert f'<label for="{attributes["id"]}"' in text
    for form in html.all("form"):
        if form.get("method") == "post":
            assert form["action"].startswith("/demo/")
    posts = sum(form.get("method") == "post" for form in html.all("form"))
    assert sum(field.get("name") == "csrf" and field["value"] == "csrf-secret" for field in html.all("input")) == posts
    assert len(html.all("h1")) == 1
    assert len(html.all("main")) == 1


@pytest.mark.parametrize("name", sorted(set(SCREENS) - {"mailbox"}))
def test_every_page_ends_with_the_agencys_contact_information(renderer: Renderer, name) -> None:
    footer = draw(renderer, name).partition("<footer")[2]
    for fact in ("(512) 555-0142", "hello@harborpine.example.com", "410 Congress Avenue", "78701", "8:30 a.m."):
        assert fact in footer
    assert 'href="tel:+15125550142"' in footer


def test_every_template_is_among_the_samples() -> None:
    shared = {*PIECES, *OF_REQUESTS, "parts.html", "policy_parts.html", "holder_parts.html", "frame.html", "door.html"}
    shared |= {"looking.html", "vehicle_parts.html"}
    assert {path.name for path in TEMPLATES.iterdir()} - shared == {screen[0] for screen in SCREENS.values()}


def test_every_icon_that_a_page_uses_is_in_the_sprite(renderer: Renderer) -> None:
    drawn = set(findall(r'symbol id="(\w+)"', (ASSETS / "icons.svg").read_text("utf-8")))
    used = {icon for name in SCREENS for icon in findall(r"icons\.svg#(\w+)", draw(renderer, name))}
    staff = "".join(page.read_text("utf-8") for page in CONSOLE.iterdir())
    used |= set(findall(r'icon\("(\w+)"', staff))
    used |= {EN.line_icon(line) for line in ("unknown", *LINES)}
    assert used == drawn


def test_sign_in_says_the_seeds_sentence_beside_the_field(renderer: Renderer) -> None:
    text = draw(renderer, "sign-in-refused")
    assert "This email address is not found. Please contact your agent directly." in text
    email = next(field for field in Html(text).all("input") if field.get("name") == "email")
    assert email["aria-describedby"] == "email-error" and 'id="email-error"' in text
    assert email["value"] == "who@example.com"
    assert "<title>Error: Sign In" in text
    assert form_to(Html(text), "/demo/sign-in")


def test_the_code_page_has_the_names_of_the_trade(renderer: Renderer) -> None:
    text = draw(renderer, "code-wrong")
    field = next(field for field in Html(text).all("input") if field.get("name") == "code")
    assert (field["inputmode"], field["autocomplete"]) == ("numeric", "one-time-code")
    assert '<label for="code">Identification Code</label>' in text
    assert ">Login</button>" in text and ">request a new code</button>" in text
    assert "You have 2 tries left." in text
    assert form_to(Html(text), "/demo/sign-in/code") and form_to(Html(text), "/demo/sign-in/code/new")
    assert "You have 1 try left." in draw(renderer, "code-wrong", attempts_left=1)


def test_a_code_that_is_over_can_only_be_asked_for_again(renderer: Renderer) -> None:
    html = Html(draw(renderer, "code-over"))
    assert not form_to(html, "/demo/sign-in/code")
    assert form_to(html, "/demo/sign-in/code/new")


def test_only_a_texted_code_brings_the_module_that_reads_it(renderer: Renderer) -> None:
    assert "code.js" in draw(renderer, "code-text")
    assert "code.js" not in draw(renderer, "code")


def test_home_has_an_id_card_one_tap_away(renderer: Renderer) -> None:
    text = draw(renderer, "home")
    cards = [form for form in Html(text).all("form") if form.get("action") == "/demo/id-cards"]
    assert len(cards) == 2 and all(form["target"] == "_blank" for form in cards)
    assert "set to be cancelled on" in text
    assert search(r"Renews (in 1[12] days|in 13 days), on", text)
    assert "As of " in text


def test_home_of_a_lapsed_account_leads_to_its_past_policies(renderer: Renderer) -> None:
    text = draw(renderer, "home-past")
    assert "No active policies" in text and "See 2 past policies" in text
    assert "status=past" in text


def test_a_read_only_view_says_so_and_offers_nothing_that_writes(renderer: Renderer) -> None:
    me = samples.me(read_only=True)
    for name in ("home", "policy", "id-cards", "home-viewed", "id-cards-viewed"):
        template, page, values = SCREENS[name]
        values = values | ({"me": me} if "me" in values else {})
        text = renderer.render(template, samples.page(**(page | {"me": me, "view": samples.LOOK})), **values)
        actions = {form.get("action") for form in Html(text).all("form")}
        assert actions == {f"/demo/view/{samples.LOOK.id}/exit"}
        assert "Jo Agent is looking at Pat Rivera's portal" in text


def test_information_shows_both_insureds_and_of_them_an_additional_contact_the_names(renderer: Renderer) -> None:
    pat, bookkeeper = draw(renderer, "information"), draw(renderer, "information-additional")
    for shown in ("As of ", "First insured", "Second insured", "Jordan Rivera", "12 Sample Lane"):
        assert shown in pat and shown in bookkeeper
    for reach in ("jordan@example.com", "512-555-0143 ext. 9"):
        assert reach in pat and reach not in bookkeeper
    assert "lou@example.com" in bookkeeper and bookkeeper.count("E-mail address") == 1


def test_who_only_looks_is_not_sent_to_a_form(renderer: Renderer) -> None:
    form = "/demo/requests/new/contact-correction"
    assert form in [link["href"] for link in Html(draw(renderer, "information")).all("a")]
    assert "contact-correction" not in draw(renderer, "information-viewed")


def test_a_wrong_choice_of_several_is_marked_on_each_box_and_told_of_by_their_group(renderer: Renderer) -> None:
    html = Html(draw(renderer, "request-form-wrong-wording"))
    boxes = [one for one in html.all("input") if str(one.get("name")).startswith("wording_")]
    assert len(boxes) > 1 and all(box.get("aria-invalid") == "true" for box in boxes)
    (group,) = [one for one in html.all("fieldset") if one.get("class") == "checks"]
    assert "aria-invalid" not in group  # a group has no such state, and readers pass it over
    assert group["aria-describedby"] in [one.get("id") for one in html.all("p")]


def test_a_policy_without_carrier_links_shows_telephone_numbers_instead(renderer: Renderer) -> None:
    linked, bare = draw(renderer, "policy"), draw(renderer, "policy-bare")
    for button in ("Make a Payment", "Make a Claim"):
        assert button in linked and button not in bare
    outside = [link for link in Html(linked).all("a") if "example.com/" in (link["href"] or "")]
    assert all(link["rel"] == "noopener" for link in outside if link.get("target"))
    assert "(800) 555-0110" in bare and "(800) 555-0111" in bare


def test_a_remembered_device_too_shows_the_card_made_before_with_the_day_of_its_data(renderer: Renderer) -> None:
    text = unescape(draw(renderer, "id-cards-remembered-stale"))
    assert "View the card made before" in text
    assert "what was in your agency's records on Nov 20, 2026" in text
    assert text.count("/documents/") == 1, "of the other vehicle no card was made"


def test_every_reason_without_a_card_is_said_with_what_to_do(renderer: Renderer) -> None:
    assert set(REASONS) == set(IdCardReason.__args__)
    text = draw(renderer, "id-cards")
    assert "VIN) on file is not complete." in text and "all 17 characters" in text
    assert form_to(Html(text), "/demo/id-cards/email")


def test_the_open_tab_and_menu_entry_are_marked(renderer: Renderer) -> None:
    def marked(name: str) -> set[str | None]:
        return {link["href"] for link in Html(draw(renderer, name)).all("a") if link.get("aria-current")}

    assert marked("home") == {"/demo/"}
    assert "/demo/policies" in marked("policy")
    assert marked("agency") == {"/demo/agency"}


def test_only_people_with_several_accounts_can_switch(renderer: Renderer) -> None:
    assert "Switch Accounts" not in draw(renderer, "home")
    assert "/demo/accounts" in draw(renderer, "switch")


def test_names_are_escaped(renderer: Renderer) -> None:
    agency = samples.AGENCY.model_copy(update={"name": '<script>alert("x")</script> & Sons'})
    for name in SCREENS:
        assert "<script>alert" not in draw(renderer, name, agency=agency)


def test_no_name_turns_the_direction_of_what_stands_around_it(renderer: Renderer) -> None:
    page = draw(renderer, "error", title="\u202eCLL\u202c Elm\u2066\u2069 \u200eHouse")
    assert "<h1>CLL Elm \u200eHouse</h1>" in page
    assert not set(page) & set(TURNING)


def test_a_value_that_a_page_needs_must_be_given(renderer: Renderer) -> None:
    with pytest.raises(UndefinedError):
        renderer.render("sign_in.html", samples.page(me=None))


def test_home_and_its_stylesheets_weigh_at_most_14_kb(renderer: Renderer) -> None:
    parts = [draw(renderer, "home").encode(), (ASSETS / "portal.css").read_bytes(), brand_css(samples.AGENCY).encode()]
    assert sum(len(compress(part, 6)) for part in parts) <= 14_000


def test_assets_have_an_address_of_their_content(renderer: Renderer) -> None:
    assert renderer.assets_version == Renderer().assets_version
    assert f"/assets/{renderer.assets_version}/portal.css" in draw(renderer, "home")
