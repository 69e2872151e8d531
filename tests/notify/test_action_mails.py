"""Mails about actions: words for every action, part and language, and nothing that a reader could smuggle in."""

from typing import get_args

import pytest

from contracts.identity.agencies import AgencyDetails, Language
from contracts.identity.telling import Action, Told, WhoIsTold
from services.notify.action_mails import folder_of
from services.notify.wording import TEMPLATES, Wording

from .mail_facts import FACTS

AGENCY = AgencyDetails(slug="oakhill", name="Oak Hill Insurance", phone="512-555-0100", email="us@oakhill.example")
ONE = {"holder": "Bank <b>& Co</b>", "attention": "Loan department", "address": "200 Main Street, Austin, TX 78701"}
SEVERAL = {"reason": "file", "count": "12", "file": "holders.csv"}


@pytest.mark.parametrize("action", Action)
def test_every_action_has_words_in_every_language(action: Action) -> None:
    for language in get_args(Language):
        found = {file.name for file in (TEMPLATES / folder_of(action) / language).iterdir()}
        assert found == {"subject.txt", "body.txt", "body.html"}


@pytest.mark.parametrize("facts", [ONE, SEVERAL])
@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("part", ["agent", "customer", "primary"])
def test_an_added_holder_is_told(part: str, language: Language, facts: dict[str, str]) -> None:
    letter = Wording("https://portal.example").letter(
        "certificate_holder_added",
        language,
        AGENCY,
        part=part,
        name="" if part == "agent" else "Pat Rivera",
        account_name="Rivera household",
        account_number="1001",
        actor="Robin Rivera",
        when="November 22, 2026, 9:00 AM CST",
        facts=facts,
    )
    named = facts.get("holder") or facts["count"]
    assert named in letter.text and "Rivera household" in letter.text
    assert named in letter.subject or part == "agent"
    assert "<b>&" not in letter.html
    assert ("console/tasks" in letter.text) is (part == "agent")
    assert ("{{" not in letter.text) and ("None" not in letter.text)


@pytest.mark.parametrize("task", [True, False])
@pytest.mark.parametrize("language", get_args(Language))
def test_the_agency_is_sent_to_its_tasks_only_where_one_waits(language: Language, task: bool) -> None:
    told = Told(agent_email=True, customer_email=False, primary_email=False, task=task)
    agency = AGENCY.model_copy(update={"who_is_told": WhoIsTold(certificate_holder_added=told)})
    wording, facts = Wording("https://portal.example"), FACTS["certificate_holder_added"] | {"part": "agent"}
    letter = wording.letter("certificate_holder_added", language, agency, **facts)
    assert ("console/tasks" in letter.text) is ("console/tasks" in letter.html) is task
