"""Brian2's C++ standalone mode for tests: one project, compiled as the project's own
programs are."""

import os
import subprocess
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
from brian2 import device, get_device, prefs, seed, set_device

from snn_brian.simulate import build_cache as build
from snn_brian.simulate.units import prepare


@contextmanager
def float_type(dtype):
    """Brian2's variables are of this type."""
    before = prefs.core.default_float_dtype
    prefs.core.default_float_dtype = dtype
    try:
        yield
    finally:
        prefs.core.default_float_dtype = before


@contextmanager
def numpy_target(dtype=np.float64):
    """Brian2's runtime mode, interpreted."""
    before = prefs.codegen.target
    prefs.codegen.target = "numpy"
    try:
        with float_type(dtype):
            yield
    finally:
        prefs.codegen.target = before


@contextmanager
def standalone(dtype=np.float32):
    """What is declared and run inside becomes a C++ program; see `compile_and_run`."""
    device.reinit()
    set_device("cpp_standalone", build_on_run=False)
    try:
        with float_type(dtype):
            yield
    finally:
        device.reinit()
        set_device("runtime")
        seed()


def compile_and_run(folder, run_args=None, flags=""):
    """Compile and run what was declared. The variables of all objects can be read afterwards.

    All code is one unit: another file of tests has the other core, and headers take most of the
    time.
    """
    folder.mkdir()
    get_device().build(directory=str(folder), compile=False, run=False)
    prepare(folder, build.FLAGS + flags, together=10**6)
    jobs = len(os.sched_getaffinity(0))
    made = subprocess.run(["make", f"-j{jobs}", "main"], cwd=folder, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr[-5000:]
    # memory is full of large numbers, where it is not set: what is read beyond an array is noticed
    with patch.dict(os.environ, MALLOC_PERTURB_="128"):
        get_device().run(directory=str(folder), with_output=False, run_args=run_args)
