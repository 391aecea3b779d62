"""Plasticity by triplets of spikes: a pair counts the more, the more its later side has spiked
before, so that high frequencies strengthen.

| paper | here | |
| --- | --- | --- |
| r_1, r_2 | r1, r2 | traces of the input, tau_+ and tau_x |
| o_1, o_2 | o1, o2 | of the neuron, tau_- and tau_y |
| r_2(t - epsilon) | r2_before | as it was before the input's spike |
| A_2^+, A_3^+ | A2_plus, A3_plus | of pairs, and of triplets post-pre-post |
| A_2^-, A_3^- | A2_minus, A3_minus | of pairs, and of triplets pre-post-pre |

The full model with all spikes and the numbers for visual cortex; for hippocampus, A2_plus=6.1e-3,
A3_plus=6.7e-3, A2_minus=1.6e-3, A3_minus=1.4e-3, tau_x=946*ms and tau_y=27*ms. Reads of the device:
as `stdp`.
"""

from brian2 import ms

from snn_brian.declarations import LearningRule

triplet_stdp = LearningRule(
    name="triplet_stdp",
    reference="Pfister, Gerstner 2006, Eq. (1) to (4), Table 3: all-to-all, full model",
    pre_trace="""
    dr1/dt = -r1/tau_plus : 1
    dr2/dt = -r2/tau_x : 1
    r2_before : 1
    """,
    # not r2_before = r2 first: in NumPy both would be one array, which += changes
    pre_spike="r1 += S; r2 += S; r2_before = r2 - S",
    post_trace="""
    do1/dt = -o1/tau_minus : 1
    do2/dt = -o2/tau_y : 1
    """,
    post_spike="o1 += 1; o2 += 1",
    on_pre="-o1_post*(A2_minus + A3_minus*r2_before_pre)",
    on_post="r1_pre*(A2_plus + A3_plus*o2_post)",
    parameters=dict(
        A2_plus=5e-10,
        A3_plus=6.2e-3,
        A2_minus=7e-3,
        A3_minus=2.3e-4,
        tau_plus=16.8 * ms,
        tau_x=101 * ms,
        tau_minus=33.7 * ms,
        tau_y=125 * ms,
    ),
)
