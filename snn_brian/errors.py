"""The one kind of error that a user's own input can cause, the one that a simulation can, and the one kind of warning."""


class UserError(Exception):
    """Bad input, told in one sentence: the field, its value, what is allowed and how to mend it.

    Scripts print the sentence and exit with code 2; it never comes with a traceback.
    """


class DeclarationWarning(UserWarning):
    """A declaration that runs but is hardly meant so, told as `UserError` is."""


class SimulationFailed(RuntimeError):
    """The simulation ended otherwise than it should; the message says where its log is."""
