"""Tiki-Taka: a device A beside each pair takes the pulses of all requests, and the pair C, which is
the weight, moves slowly after what is read of A.

| paper | here | |
| --- | --- | --- |
| A, less its reference | A | a device above its symmetry point, as it is read, in units of G_max |
| C | w | the weight; neurons see nothing of A (gamma = 0) |
| lambda | rate | pulses on the pair for a read of A |
| ns | transfer_every | presentations, after each of which one input's devices A are read |

As many pulses up as down bring A back to its symmetry point: it forgets, and the asymmetry of the
device does not move the weight. Both arrays round at random, to one pulse at most, as (14) of Fouda
et al. does. Reads of the device: none for a request, and 2 (A, its reference) for each synapse of
the input whose turn it is. Pulses per event: 1 on A, 2 on the pair.
"""

from snn_brian.declarations import Learning, Programming

tiki_taka = Programming(
    name="tiki_taka",
    reference="Gokmen and Haensch 2020, Front. Neurosci. 14, 103; single pulses as in Fouda et "
    "al. 2019, Eq. (14)",
    number="clip(SR(dw), -1, 1)",
    transfer="clip(SR(rate*A), -1, 1)",
    transfer_every=1,
    parameters=dict(
        rate=2.0,
    ),
    learning=dict(
        # with Adam, layers behind the first did not learn
        sgd=Learning(eta=1.0, decay=1.0, layer_factors=(1.0,), initial=(0.04, 0.144)),
    ),
)
