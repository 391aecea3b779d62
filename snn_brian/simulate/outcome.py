"""What a run of a network gives, and the names of its variables."""

from dataclasses import dataclass

import numpy as np
from brian2.core.variables import ArrayVariable

from snn_brian.simulate.watching import Answers


@dataclass(frozen=True)
class Outcome:
    values: dict  # name -> array
    seconds: float  # of the simulation alone, without loading and saving
    random_state: np.ndarray  # bytes of the generator at the end
    answers: Answers | None = None  # where the run was watched


def arrays(groups):
    """{group.variable: variable} of all arrays that the groups own."""
    return {
        f"{group.name}.{name}": variable
        for group in groups
        for name, variable in group.variables.items()
        if isinstance(variable, ArrayVariable) and variable.owner.name == group.name
    }


def neuron_state(groups):
    """The variables of neurons and classes that are real numbers, one for each."""
    return [
        key
        for key, variable in arrays(groups).items()
        if key.startswith(("layer_", "classes_"))
        and not variable.scalar
        and np.issubdtype(variable.dtype, np.floating)
    ]
