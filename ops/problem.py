"""What stops a command and is for the person at the terminal to mend."""


class Problem(Exception):
    """One sentence on what is wrong and what to do; the command ends with exit status 2."""
