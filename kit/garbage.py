"""Garbage collection for processes that run long and make many short-lived objects."""

import gc

# a batch of the feed is some 25,000 objects that all live until its commit: with Python's 700 they are walked again and
# again while it is read, at more cost than the reading itself
YOUNG, MIDDLE, OLD = 50_000, 20, 100


def settle_in() -> None:
    """Sets what is there now (modules, schemas, compiled templates) aside for good, and collects the rest less often.

    To be called once a process is ready.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
