"""State of connections follows from the times of their sources' spikes, against NumPy step by
step."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import ms

from snn_brian.declarations import Synapse
from snn_brian.network.source_state import lasting_synapses

FADING = Synapse(
    name="fading",
    reference="",
    connection="ds/dt = (rest - s)/tau : 1",
    synaptic_input="s += (1 - s)/4; total_post += s; U_post += w",
    target="total : 1",
    start="s = 0.7",
    parameters=dict(rest=0.2, tau=3 * ms),
)


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_connection_moves_between_spikes_by_the_time_that_has_passed(small, goes_on):
    """Also over the steps without a spike that follow those of an image, if it goes on."""
    net = small("numpy", layers=(4,), steps=3, synapse=replace(FADING, goes_on=goes_on))
    s, total, longest = np.full(60, 0.7), 0.0, 0
    silent = np.zeros(60)
    for step in range(11):
        if step % 3 == 0:
            total = total if goes_on else 0.0
            s = s if goes_on else np.full(60, 0.7)
        s, S = 0.2 + (s - 0.2) * np.exp(-1 / 3), net.spikes(step)
        silent, longest = np.where(S, 0, silent + 1), max(longest, silent[S > 0].max(initial=0))
        s = np.where(S, s + (1 - s) / 4, s)
        total += S @ s
    changes = lasting_synapses(net.structure) | {"layer_1.learning": 0}
    changes |= {"layer_1.total": np.zeros(4, np.float32)} if goes_on else {}
    found = net.run(11, ["layer_1.total"], changes)["layer_1.total"]
    np.testing.assert_allclose(found, total, rtol=1e-5)
    assert total > 1 and longest >= 2
