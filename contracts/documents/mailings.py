"""Documents on their way to a mailbox."""

from uuid import UUID

from pydantic import Field

from contracts.kinds import Caller, Model, NotFound, Refusal, Request


class MailLimit(Refusal):
    """This person has e-mailed too many documents today; facts: `retry_after` in seconds."""

    code, status = "mail_limit", 429
    title = "Too many documents were e-mailed today. Please try again tomorrow."


class NoEmailOnFile(Refusal):
    """Staff wanted to send something to a contact whom no mail reaches."""

    code, status, title = "no_email_on_file", 409, "This contact has no e-mail address on file."


class Emailed(Model):
    """Where a document was sent, masked."""

    sent_to: str


class EmailDocument(Request[Emailed], owner="documents", caller=Caller.INSURED, refusals=(NotFound, MailLimit)):
    """Sends a document by e-mail: to the signed-in person, or to `to`."""

    document: UUID
    to: str = Field(default="", max_length=254)
