"""Izhikevich's simple model, with the fast-spiking cell's recovery.

| paper | here | |
| --- | --- | --- |
| v, u | U, recovery | membrane and its recovery |
| a, b | a, b | rate and sensitivity of the recovery |
| c, d | c, d | reset, jump of the recovery after a spike |

As in the paper's program, there are two half steps for v and one step for u.

u goes first here: after v, it would follow the peak of a spike for a whole millisecond. U is kept
in [E_K, peak]: outside, the square makes steps of this size unstable. The eligibility is dU/dw by
the synapse and the membrane's slope at rest, 0.2/ms, in units of 15 mV; all else is cut off. The
box is one of the drive I: U at a spike no longer tells how strong I was.
"""

from brian2 import ms, mV

from snn_brian.declarations import Neuron

izhikevich = Neuron(
    name="izhikevich",
    reference="Izhikevich 2003, Eq. (1) to (3) and the program in Fig. 2; learning as in Kaiser "
    "et al. 2020",
    equations="""
    U : volt
    recovery : volt/second
    dI/dt = -I/tau_s : volt/second
    """,
    method="exponential_euler",
    start_of_presentation="U = c; recovery = b*c; I = 0*mV/ms",
    start_of_step="""
    U = clip(U, E_K, peak)
    recovery += dt*a*(b*U - recovery)
    U += dt/2*(0.04/mV/ms*U**2 + 5/ms*U + 140*mV/ms - recovery + I)
    U = clip(U, E_K, peak)
    U += dt/2*(0.04/mV/ms*U**2 + 5/ms*U + 140*mV/ms - recovery + I)
    """,
    synaptic_input="I_post += strength_post*w",
    threshold="U > peak",
    reset="U = c; recovery += d",
    derivative="height*int(abs(I - onset) < box)",
    trace="""
    dp/dt = (q - p)/tau_rest : 1
    dq/dt = -q/tau_s : 1
    """,
    source_spike="q += S*strength*tau_rest/(15*mV)",
    eligibility="p",
    parameters=dict(
        a=0.1 / ms,
        b=0.2 / ms,
        c=-65 * mV,
        d=2 * mV / ms,
        peak=30 * mV,
        E_K=-90 * mV,
        tau_s=4 * ms,  # synapse
        tau_rest=5 * ms,  # membrane at rest: 1/(5/ms - 0.08/mV/ms * 65 mV)
        strength=36 * mV / ms,  # drive by a spike through a weight of 1
        onset=4 * mV / ms,  # drive at which spikes begin
        box=80 * mV / ms,  # half width of the box
        height=0.02,  # of the box: learning rates are those of a memoryless neuron
    ),
)
