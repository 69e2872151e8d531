"""The pages of requests: the list, one of them, and what a form needs of the book."""

from uuid import UUID

from contracts.identity.contacts import GetMe, Me
from contracts.policy.policies import GetPolicy, ListPolicies, Policy, PolicySummary
from contracts.policy.requests import GetRequest, ListRequests, RequestList, RequestRecord
from gateway.parts import Ask

from .together import together

PERSONAL = frozenset({"AUTOP", "HOME", "DFIRE", "MHOME", "PUMBR", "UMBRL", "BOAT", "RECV", "INMRP", "FLOOD", "EQ"})
WITH_VEHICLES = frozenset({"AUTOP", "AUTOB", "RECV", "GARAG", "TRKRS", "MTRTK"})
PROPERTY = frozenset({"HOME", "DFIRE", "MHOME", "PROP", "BOP", "CPKGE", "FLOOD", "EQ"})
MOST = 200  # policies of one account that a form offers


async def list_with_me(ask: Ask, wanted: ListRequests) -> tuple[Me, RequestList]:
    """The account's requests, and who looks."""
    return await together(ask(GetMe()), ask(wanted))


async def one_with_me(ask: Ask, request: UUID) -> tuple[Me, RequestRecord]:
    """One request, and who looks; raises NotFound."""
    return await together(ask(GetMe()), ask(GetRequest(request=request)))


async def policies_with_me(ask: Ask) -> tuple[Me, list[PolicySummary]]:
    """The policies that something can be asked for, and who looks."""
    me, found = await together(ask(GetMe()), ask(ListPolicies(status="all", limit=MOST)))
    return me, [policy for policy in found.items if policy.standing != "past"]


async def policy_of(ask: Ask, policy: UUID) -> Policy:
    """The policy with its vehicles and drivers; raises NotFound."""
    return await ask(GetPolicy(policy=policy))


def fitting(kind: str, policies: list[PolicySummary]) -> list[PolicySummary]:
    """The policies that a kind of request is about; all of them where none of the usual lines is among them."""
    if kind == "policy-change-personal":
        found = [policy for policy in policies if policy.line in PERSONAL]
    elif kind == "policy-change-commercial":
        found = [policy for policy in policies if policy.line not in PERSONAL]
    elif kind.startswith(("vehicle", "driver")):
        found = [policy for policy in policies if policy.line in WITH_VEHICLES]
    elif kind == "evidence-of-property":
        found = [policy for policy in policies if policy.line in PROPERTY]
    else:
        found = policies
    return found or policies


def offered(kind: str, policies: list[PolicySummary]) -> bool:
    """Whether the list of what can be asked for shows a kind, for an account with these policies."""
    lines = {policy.line for policy in policies}
    if kind == "policy-change-personal":
        return bool(lines & PERSONAL)
    if kind in ("policy-change-commercial", "certificate-wording"):
        return bool(lines - PERSONAL)
    if kind.startswith(("vehicle", "driver")):
        return bool(lines & WITH_VEHICLES)
    return kind != "evidence-of-property" or bool(lines & PROPERTY)
