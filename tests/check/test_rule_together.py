"""A learning rule without a teacher goes with an arm or is refused in one sentence that names it,
from the command line and in Python, before anything is built."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import ms
from test_digests import images
from test_plasticity import arm

from snn_brian import Conv
from snn_brian.base.errors import UserError
from snn_brian.check.loading import load
from snn_brian.check.rule_together import check_rule
from snn_brian.declarations import Network, Neuron, Projection, Synapse, normal
from snn_brian.job import arguments, job
from snn_brian.train.training import Training

STDP = load("plasticity", "stdp")
LEAKY = load("neuron", "leaky_integrate_and_fire")
LOCAL = Neuron("local", "", "U : 1", "y = 2*U; U = y/4", "U_post += w", "U > 1", "U = 0", "1")
NAMED = replace(LEAKY, name="named", equations=f"{LEAKY.equations}\ngain : 1")
DELAYED = Network("late", "", (Projection("again", "layer_1", "layer_1", delay=2),))
KEPT = Synapse("kept", "", connection="s : 1", synaptic_input="s += 1; I_post += w*s")
WAITING = replace(load("programming", "counter"), name="waiting", variables="x : 1")


def with_parameter(**own):
    return replace(STDP, parameters=STDP.parameters | own)


SETTINGS = [
    (dict(batch=10), "'stdp' requests at each spike, but .* batch=10"),
    (dict(optimizer=load("optimizer", "adam")), "optimizer 'adam'"),
    (dict(program="presentation"), "program='presentation'"),
    (dict(eta=0.1), "eta=0.1 is of local classifiers"),
    (dict(plasticity=with_parameter(tau_plus=normal(20 * ms, ms))), "values of 'tau_plus'"),
    (dict(plasticity=with_parameter(A_plus=np.full(7, 0.01))), "values of 'A_plus'"),
]
NEURONS = [
    (dict(neuron=replace(LEAKY, substeps=4)), "substeps=4; give substeps=1"),
    (dict(neuron=NAMED), "the neuron 'named' both have a variable gain"),
    (dict(neuron=LOCAL), "the neuron 'local' both have a variable y"),
]
CONNECTIONS = [
    (dict(layers=(Conv(2, 3),)), r"conv\(2, kernel=3, stride=1\) has weights that many"),
    (dict(network=DELAYED), "projection 'again' of the network 'late', which learns"),
    (dict(synapse=load("synapse", "tsodyks_markram")), "both have a variable x of a source"),
    (dict(synapse=KEPT), "synapse 'kept' has; choose another"),
    (dict(weights=load("device", "TiOx"), programming=WAITING), "'waiting' both have a variable x"),
]


@pytest.mark.parametrize("changes, told", SETTINGS + NEURONS + CONNECTIONS)
def test_what_does_not_go_together_is_refused_before_anything_is_built(changes, told):
    own = replace(arm(neuron=LEAKY), **changes)
    with pytest.raises(UserError, match=told) as found:
        Training(own, images())
    assert str(found.value).startswith("learning rule 'stdp' ") and "\n" not in str(found.value)


def test_an_arm_with_a_teacher_may_have_it_all():
    check_rule(arm("local_classifier", batch=10, layers=(Conv(2, 3),), network=DELAYED))
    check_rule(arm(neuron=LEAKY))


@pytest.mark.parametrize(
    "given, told",
    [
        (["--layers", "conv(4, kernel=5)"], "--learning: 'stdp' changes the weight of one"),
        (["--set", "neuron.substeps=4"], "--learning: 'stdp' requests before a spike"),
        (["--synapse", "nmda"], "--learning: 'stdp' .* 'nmda' has"),
    ],
)
def test_a_job_is_refused_by_its_flags(given, told):
    flags = ["--learning", "stdp", "--optimizer", "sgd", "--batch", "1", "--encoding", "rate"]
    flags += ["--neuron", "leaky_integrate_and_fire", *given]
    with pytest.raises(UserError, match=told):
        arguments.arms(job.flags().parse_args(flags))
