"""Synapses of a convolution: from an image to maps, each through a weight of a `Crossbar` that
many of them share.

The crossbar holds one weight for each row of a patch and each map, and programs them; here is what
its reads do. In the runtime targets these are Brian2's Synapses, one for each connection, with an
index into the crossbar. A compiled program has none of them: it goes from each event to the places
of the kernel that see it, and along the maps.
"""

import weakref

import numpy as np
from brian2 import NeuronGroup, Synapses, ms
from brian2.synapses.synapses import SynapticPathway

from snn_brian.crossbar.codegen import CrossbarCodeObject, is_standalone
from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.kernel import SHARED, Kernel
from snn_brian.crossbar.names import check_bare_names, check_one_name, rows_are_independent


class Convolution(Synapses):
    """Connections between an image and its maps; pathways as those of `brian2.Synapses`.

    Parameters
    ----------
    source, target : NeuronGroup
        Of `kernel.source` and `kernel.target` neurons, numbered as there.
    crossbar : Crossbar
        Of the shape `kernel.shape`; code may use its variables.
    kernel : Kernel
    on_pre : dict
        Code by the name of the pathway.
    on_event : dict
        Events of the source, by the name of the pathway.

    Raises
    ------
    ValueError
        For groups or a crossbar of other sizes, and for code that changes a variable of the target
        by its bare name, without `_post`.
    """

    def __init__(
        self,
        source: NeuronGroup,
        target: NeuronGroup,
        crossbar: Crossbar,
        kernel: Kernel,
        on_pre: dict[str, str],
        on_event: dict[str, str],
        **kwds: object,
    ):
        for what, found, wanted in (
            ("source", len(source), kernel.source),
            ("target", len(target), kernel.target),
            ("crossbar", (len(crossbar.source), len(crossbar.target)), kernel.shape),
        ):
            if found != wanted:
                raise ValueError(f"{what}: {found} does not fit the kernel, which needs {wanted}.")
        self.crossbar, self.kernel = crossbar, kernel
        if is_standalone():
            kwds["codeobj_class"] = CrossbarCodeObject
        delay = dict.fromkeys(on_pre, 0 * ms)
        super().__init__(source, target, "", on_pre=on_pre, on_event=on_event, delay=delay, **kwds)
        if is_standalone():
            self._connect_called = True
            return
        i, j, weight = kernel.unrolled()
        self.connect(i=i, j=j)
        self.variables[SHARED].set_value(weight)

    def _create_variables(self, *args, **kwds):
        """Called by Brian2, before it makes the pathways, which then see the crossbar's own."""
        super()._create_variables(*args, **kwds)
        self.variables.add_dynamic_array(SHARED, size=0, dtype=np.int32, constant=True)
        self.crossbar.connect_all_unless_connected()
        for name in self.crossbar.equations.names:
            index = None if self.crossbar.variables[name].scalar else SHARED
            self.variables.add_reference(name, self.crossbar, index=index)

    def _add_updater(self, code, prepost, objname=None, delay=None, event="spike"):
        # Synapses makes its pathways by this name
        import brian2.synapses.synapses as module

        original, module.SynapticPathway = module.SynapticPathway, ConvolutionPathway
        try:
            return super()._add_updater(code, prepost, objname, delay, event)
        finally:
            module.SynapticPathway = original


class ConvolutionPathway(SynapticPathway):
    """A pathway of a `Convolution`, made by it; arguments as of Brian2's `SynapticPathway`."""

    def __init__(self, synapses, code, *args, **kwds):
        self.independent = False
        super().__init__(synapses, code, *args, **kwds)
        check_bare_names(synapses, code, strict=True)
        check_one_name(synapses, code)
        # whether the maps at one place neither write what they share nor read what others write
        self.independent = rows_are_independent(synapses, code)
        if is_standalone():
            self.template = "convolution"

    def create_code_objects(self, run_namespace: dict) -> None:
        """Called by Brian2. A compiled program needs no spike queue."""
        if is_standalone():
            self.code_objects[:] = [weakref.proxy(self.create_default_code_object(run_namespace))]
        else:
            super().create_code_objects(run_namespace)
