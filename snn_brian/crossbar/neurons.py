"""Groups of neurons whose compiled code goes along them in vectors."""

import re

import numpy as np
from brian2 import NeuronGroup, prefs
from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject

from snn_brian.crossbar.codegen import ShortConstants, is_standalone
from snn_brian.crossbar.draws import HASHED, KEY

RANDOM = {"rand", "randn", "poisson", "binomial"}


class NeuronGenerator(ShortConstants):
    """Takes a neuron's number `i` from the loop variable of the templates, not from an array of
    numbers."""

    def translate_to_read_arrays(self, read, write, indices):
        number = "i" in read and self.variable_indices["i"] == "_idx"
        lines = ["const int32_t i = _idx;"] if number else []
        return lines + super().translate_to_read_arrays(
            read - {"i"} if number else read, write, indices
        )


def _common(lines):
    """The name of what decides about an event of all neurons alike, or None."""
    code = [line.strip() for line in lines if line.strip()]
    alike = re.fullmatch(r"const char _cond = (_lio_\d+);", code[0]) if len(code) == 1 else None
    return alike and alike[1]


def _draws(variables):
    """How a condition draws random numbers: not at all, "hashed", or "in turn" from Brian2's own
    generator, which has one state for all."""
    drawn = RANDOM & set(variables)
    return drawn and ("hashed" if drawn == {"rand"} else "in turn")


def _short_exponentials(lines):
    """Where variables are float32, so are exponentials of what `dt`, in double precision, is a
    factor of: those vectorise."""
    if prefs.core.default_float_dtype != np.float32:
        return lines
    return [re.sub(r"\bexp\(", "_short_exp(", line) for line in lines]


class NeuronCodeObject(CPPStandaloneCodeObject):
    """Code of `Neurons` in C++ standalone mode; templates in `snn_brian/crossbar/templates/neurons`
    come before Brian2's."""

    templater = CPPStandaloneCodeObject.templater.derive(
        "snn_brian.crossbar",
        templates_dir="templates/neurons",
        env_globals={
            "common": _common,
            "draws": _draws,
            "hashed": HASHED,
            "key": KEY,
            "short_exponentials": _short_exponentials,
        },
    )
    generator_class = NeuronGenerator


def Neurons(*args, **kwds):
    """A `brian2.NeuronGroup`; in C++ standalone mode its events are collected without a branch for
    each neuron."""
    return NeuronGroup(*args, codeobj_class=NeuronCodeObject if is_standalone() else None, **kwds)
