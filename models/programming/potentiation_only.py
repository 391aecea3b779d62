"""Potentiating pulses alone, for devices that have no gradual way down: a weight is lowered by a
pulse on G_minus, and pairs that come to the end of their range are refreshed.

| symbol | here | |
| --- | --- | --- |
| chi | chi | requests not yet carried out, in units of w |
| theta | theta | what one pulse is taken to be worth |
| | full, most | refresh: one device is above `full` of G_max, and the weight takes at most `most` |

Reads of the device: 2 per pair at each refresh. Pulses per event: 1, and at a refresh one erasing
pulse on each device and those that program the weight anew, on one of them.
"""

from snn_brian.declarations import Learning, Programming

potentiation_only = Programming(
    name="potentiation_only",
    reference="pairs of PCM devices as in Boybat et al. 2018; memory chi and a refresh every 100 "
    "images after Nandakumar et al. 2020; thresholds are our own choice",
    variables="chi : 1",
    prepare="chi += dw",
    number="int(chi*(1/theta))",
    depression_pulses="0",
    finish="chi -= n*theta",
    refresh="(G_plus > full or G_minus > full) and abs(G_plus - G_minus) < most",
    refresh_every=100,
    erase_pulses=1,
    accumulates=True,
    parameters=dict(
        theta=0.05,
        full=0.75,
        most=0.5,
    ),
    learning=dict(
        adam=Learning(eta=1e-3, decay=0.8, layer_factors=(1.0,), initial=(0.0, 0.21)),
        sgd=Learning(eta=0.06, decay=0.8, layer_factors=(1.0, 0.3, 0.1), initial=(0.0, 0.21)),
    ),
)
