"""What a process has imported is no garbage."""

import gc


def spare_imports() -> None:
    """Look through all that there is by now for garbage no more; called again, do nothing.

    Brian2 collects garbage before each run of a network, and with all that it imports, that takes
    longer than a short run.
    """
    if not gc.get_freeze_count():  # what came later may be garbage
        gc.freeze()
