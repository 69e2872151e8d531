"""The gateway: the only door for browsers and for front ends over HTTP.

It parses, asks the services over the bus, and shapes their answers into pages (`portal/`) or JSON (`api/`); what both
show is composed once, in `views/`. It holds no rule of the trade, no database and no document.

Every request passes `door.py` (limits, trace, headers); who it comes from is found in `session.py`, to which agency
it goes in `agencies.py`; a refusal becomes problem+json or a page only in `problems.py`.
"""
