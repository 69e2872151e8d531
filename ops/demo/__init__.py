"""The demo agency and its book, as its own system would send them: invented people, insurers and numbers only.

`load.py` is the door: the agency's public record, its events for a given day, and the table of who shows what.
`book.py` says what an account is written in, `policies.py` and `coverages.py` what it is insured for, `carriers.py`
with whom; the accounts stand in `people.py` (those that guides and tests name), `texas.py`, `other_states.py` and
`businesses.py`. Terms lie relative to the week of loading, so that the demo looks alike whenever it is opened.
"""
