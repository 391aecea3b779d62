"""The one kind of error that a user's own input can cause, the one that a simulation can, the one
kind of warning, and guesses at what was meant.
"""

import difflib
from collections.abc import Iterable


class UserError(Exception):
    """Bad input, told in one sentence: the field, its value, what is allowed and how to mend it.

    Scripts print the sentence and exit with code 2; it never comes with a traceback.
    """


class DeclarationWarning(UserWarning):
    """A declaration that runs but is hardly meant so, told as `UserError` is."""


class SimulationFailed(RuntimeError):
    """The simulation ended otherwise than it should; the message says where its log is."""


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """' (did you mean ...?)' with the nearest of the allowed words, or nothing where none is
    near."""
    by_lower = {each.lower(): each for each in allowed}
    near = difflib.get_close_matches(word.lower(), by_lower, 1)
    return f" (did you mean {by_lower[near[0]]}?)" if near else ""
