"""The mailbox's SMS side: a stand-in of the provider's Messages resource, as Twilio has shaped it."""

import base64
import re
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse

from .folder import Folder

PHONE = re.compile(r"\+[1-9]\d{7,14}")
LONGEST = 1600  # characters of a text
IDEMPOTENCY = "Idempotency-Key"


async def take_text(request: Request, folder: Folder, key: str) -> JSONResponse:
    """Answers POST …/Messages.json; with a `key` the account must be signed in with it."""
    account = request.path_params["account"]
    if key and request.headers.get("authorization", "") != _basic(account, key):
        return _problem(401, 20003, "Authenticate")
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
    to, sender, text = form.get("To", ""), form.get("From", ""), form.get("Body", "")
    if not PHONE.fullmatch(to):
        return _problem(400, 21211, f"The 'To' number {to} is not a valid phone number.")
    if not sender:
        return _problem(400, 21603, "A 'From' phone number is required.")
    if not text:
        return _problem(400, 21602, "Message body is required.")
    if len(text) > LONGEST:
        return _problem(400, 21617, f"The concatenated message body exceeds the {LONGEST} character limit.")
    message = folder.keep("sms", to, text=text, idempotency=request.headers.get(IDEMPOTENCY, ""))
    sid = f"SM{message.replace('-', '')}"
    answer: dict[str, Any] = {
        "sid": sid,
        "account_sid": account,
        "to": to,
        "from": sender,
        "body": text,
        "status": "queued",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "uri": f"/2010-04-01/Accounts/{account}/Messages/{sid}.json",
    }
    return JSONResponse(answer, status_code=201)


def _basic(account: str, key: str) -> str:
    return f"Basic {base64.b64encode(f'{account}:{key}'.encode()).decode()}"


def _problem(status: int, code: int, message: str) -> JSONResponse:
    return JSONResponse({"code": code, "message": message, "status": status, "more_info": ""}, status_code=status)
