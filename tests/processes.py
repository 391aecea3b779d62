"""Processes that a test stops, kills and waits for."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil


def stopped_program(parents):
    """The process id of the compiled program below one of these processes, stopped in the middle of
    its run; None if there is none just now."""
    for parent in parents:
        with suppress(psutil.Error):  # one ended just now; there will be another
            for child in psutil.Process(parent).children():
                # its second thread, which reports progress, starts when its signals are set up
                if Path(child.exe()).name == "main" and child.num_threads() > 1:
                    os.kill(child.pid, signal.SIGSTOP)
                    return child.pid


def is_gone(process):
    """Whether it has ended, also where nobody has asked yet how."""
    try:
        return psutil.Process(process).status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return True


def wait_until_gone(process):
    """The kernel may end it some time after whoever started it."""
    for _ in range(300):
        if is_gone(process):
            return
        time.sleep(0.1)
    raise AssertionError(f"{process} runs on")
