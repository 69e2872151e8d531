"""A message that can never be handled as it is: the reason, for whoever mends it."""


class BadMessage(Exception):
    """A message that can never be handled as it is.

    `code` is stable, `pointer` a JSON pointer into its body, `problem` a sentence for the person who mends it.
    """

    def __init__(self, code: str, problem: str, pointer: str = "") -> None:
        super().__init__(problem)
        self.code = code
        self.problem = problem
        self.pointer = pointer
