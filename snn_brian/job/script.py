"""What the scripts in runs/ have in common: flags whose mistakes are one sentence, and how a script
ends."""

import argparse
import re
import signal
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import NoReturn

from snn_brian.base.errors import SimulationFailed, UserError
from snn_brian.base.garbage import spare_imports
from snn_brian.job import resuming


class Help(argparse.ArgumentDefaultsHelpFormatter):
    """Shows every default but none at all: what happens then is told in the flag's own help."""

    def _get_help_string(self, action):
        return action.help if action.default in (None, []) else super()._get_help_string(action)


class Flags(argparse.ArgumentParser):
    """An `ArgumentParser` that shows defaults and raises UserError instead of printing its
    usage."""

    def __init__(self, description: str):
        super().__init__(description=description, formatter_class=Help)
        # -5,3 is a value, to be refused with a reason
        self._negative_number_matcher = re.compile(r"^-[\d.]")

    def parse_args(
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> argparse.Namespace:
        """As always; with --resume RUN, flags that are not given are those of the run."""
        return resuming.parse(self, lambda: super(Flags, self).parse_args(args, namespace))

    def group(self, **titles: str) -> "Flags":
        """Show flags, by the names of their values, under titles of their own; the others stay
        where they are."""
        for title, names in titles.items():
            group, wanted = self.add_argument_group(title.replace("_", " ")), names.split()
            for action in list(self._optionals._group_actions):
                if action.dest in wanted:
                    self._optionals._group_actions.remove(action)
                    group._group_actions.append(action)
        return self

    def error(self, message: str) -> NoReturn:
        """Refuse flags as argparse does.

        Raises
        ------
        UserError
        """
        raise UserError(
            f"{message.removeprefix('argument ')}; --help lists all flags and what they take."
        )


def run(
    main: Callable[[argparse.Namespace], object],
    flags: Callable[[], Flags],
    arguments: Sequence[str] | None = None,
) -> None:
    """Call `main(flags().parse_args(arguments))`, None being those of this process; whatever ends
    it early is told in one sentence.

    The exit code is 2 for bad input, 1 for a simulation or a system that failed, 130 for an
    interrupt (Ctrl-C or SIGTERM).
    """
    spare_imports()
    warnings.formatwarning = lambda message, *_: f"warning: {message}\n"
    # Brian2 calls what stood before it, also where that was to ignore interrupts, as nohup has it
    if getattr(signal.getsignal(signal.SIGINT), "previous_handler", None) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        # raises KeyboardInterrupt, so that nothing runs on
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main(flags().parse_args(arguments))
        return
    except (UserError, SimulationFailed) as caught:
        error, message, code = caught, f"error: {caught}", 2 if isinstance(caught, UserError) else 1
    except MemoryError as caught:
        error, message, code = (
            caught,
            "error: the memory of this machine is full; give smaller --layers, or fewer images or "
            "events by --train, --test and --steps.",
            1,
        )
    except OSError as caught:
        error, message, code = (
            caught,
            f"error: {caught.filename or 'a file'}: {caught.strerror or caught}.",
            1,
        )
    except KeyboardInterrupt as caught:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C is not to end in a traceback
        error, message, code = caught, "Interrupted; what was finished and written is kept.", 130
    print(message, *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
    sys.exit(code)
