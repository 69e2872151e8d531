"""What is written down of the contracts: docs/map.md for people, a wire snapshot of each message for the tests.

`python -m ops.contract_docs` writes both anew, and refuses to write over a snapshot that a message no longer keeps to.
"""
