"""What the gateway itself refuses, before any service is asked."""

from contracts.kinds import Refusal


class FormRefused(Refusal):
    """A form or a call from another site, or from a page that was open for too long."""

    code, status = "form_refused", 403
    title = "This form could not be accepted. Please open the page again and repeat what you did."


class TooLarge(Refusal):
    """The body is larger than anything that this address takes; facts: `limit` in bytes."""

    code, status, title = "too_large", 413, "What was sent is too large."


class HeadersTooLarge(Refusal):
    """The address or the headers are larger than those of any honest browser."""

    code, status, title = "headers_too_large", 431, "The request's headers are too large."


class TooSlow(Refusal):
    """The body did not arrive in time."""

    code, status, title = "too_slow", 408, "What was sent did not arrive in time. Please try again."


class MethodNotAllowed(Refusal):
    """The address exists, but not for this method; facts: `allow`."""

    code, status, title = "method_not_allowed", 405, "This address does not take that method."


class WrongType(Refusal):
    """A form or a body of another content type than this address takes."""

    code, status, title = "wrong_type", 415, "What was sent has a form that this address does not take."


class RangeRefused(Refusal):
    """Bytes were asked for that the document does not have; facts: `size` in bytes."""

    code, status, title = "range_refused", 416, "The document does not have these bytes."
