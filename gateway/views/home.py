"""Home: who is signed in, the policies, and the newest documents."""

from pydantic import BaseModel

from contracts.documents.vault import Documents, GetHomeDocuments
from contracts.identity.contacts import GetMe, Me
from contracts.policy.policies import GetHomePolicies, HomePolicies
from gateway.parts import Ask

from .together import together


class Home(BaseModel):
    """Everything that Home shows."""

    me: Me
    policies: HomePolicies
    documents: Documents


async def compose(ask: Ask) -> Home:
    """One question for each service, side by side."""
    me, policies, documents = await together(ask(GetMe()), ask(GetHomePolicies()), ask(GetHomeDocuments()))
    return Home.model_construct(me=me, policies=policies, documents=documents)
