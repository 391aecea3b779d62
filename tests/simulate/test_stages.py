"""Which parts of a time step can be at different steps, by what generated code reads and writes."""

import re
from dataclasses import replace

import numpy as np
import pytest

from snn_brian.check.loading import load
from snn_brian.crossbar.draws import KEY
from snn_brian.data.images import Images
from snn_brian.declarations import Projection
from snn_brian.simulate import compiled
from snn_brian.simulate.stages import Draw, Handed, stages
from snn_brian.train.arm import Arm
from snn_brian.train.training import Training

DECLARED = """
extern Clock defaultclock;
extern std::vector< RandomGenerator > _random_generators;
extern int32_t *_array_a;
extern const int _num__array_a;
extern float *_array_b;
extern double *_array_defaultclock_t;
extern std::vector<float> _dynamic_array_w;
extern int8_t *image_values;
"""
A, B, W, PLACE = "_ptr_array_a", "_ptr_array_b", "_ptr_array_w", "[_idx]"
READS_A, WRITES_A = f"const int32_t a = {A}{PLACE};", f"{A}{PLACE} = a;"
READS_W, WRITES_W = f"x += {W}{PLACE};", f"{W}{PLACE} += x;"
IF_A = "const int32_t _num_events = _array_a[4];\n    if (_num_events == 0) return;"


@pytest.fixture
def found(tmp_path):
    """found(code, ...) gives the stages of code objects, in this order, that say this."""

    def find(*codes):
        (tmp_path / "objects.h").write_text(DECLARED)
        (tmp_path / "code_objects").mkdir(exist_ok=True)
        for number, code in enumerate(codes):
            support, _, code = code.rpartition("---")
            (tmp_path / "code_objects" / f"c{number}.cpp").write_text(
                f'#include "objects.h"\n#include "code_objects/c{number}.h"\n{support}\n'
                f"////// HASH DEFINES ///////\nvoid _run_c{number}()\n{{\n"
                "    int32_t* __restrict  _ptr_array_a = _array_a;\n"
                "    float*   _ptr_array_b = _array_b;\n"
                "float* const _array_w = _dynamic_array_w.empty()? 0 : &_dynamic_array_w[0];\n"
                "const size_t _numw = _dynamic_array_w.size();\n"
                f"    float* __restrict  _ptr_array_w = _array_w;\n    {code}\n}}\n"
            )
        return stages(tmp_path, [f"c{number}" for number in range(len(codes))], "defaultclock")

    return find


def test_what_is_read_after_all_is_written_is_handed_over(found):
    first, second = f"{WRITES_A} {READS_W} {WRITES_W}", f"{READS_A} {B}[0] = a;"
    both = found(f"{A}[0] = 1;", first, second, f"{B}[0] = {B}[0] + 1;")
    assert both.stage == (0, 0, 1, 1)
    assert both.handed == (Handed("_array_a", "int32_t*", 1, {1: (2,)}),)


@pytest.mark.parametrize(
    "earlier, later",
    [
        (READS_A, WRITES_A),  # of the step before
        (WRITES_W, READS_W),  # of every synapse
        (f"{WRITES_A}", f"{A}{PLACE} = 2;"),
        (f"{WRITES_A}", f"std::fill({A}, {A} + 5, 0);"),
        (f"{WRITES_A}", f"auto &x = {A}{PLACE};"),
        (f"{WRITES_A}", f"swap(&{A}{PLACE});"),
        (f"{WRITES_A}", f"{A}[{A}[0]]++;"),
        (f"{WRITES_A}", f"--{A}[0];"),
        (f"{WRITES_A}", f"brian::_array_a{PLACE} |= 1;"),
        ("std::cout << defaultclock.t;", "defaultclock.tick();"),
        ("brian::_random_generators[0].randn();", f"{KEY}"),  # nobody knows how many draws
        (f"if (x) {{ {KEY} }}", f"{KEY}"),
        (f"if (x) return; {KEY}", f"{KEY}"),
        (f"{KEY}", f"{IF_A} {KEY} {WRITES_A}"),  # events of the step before
        (f"static float f() {{ return _rand(0); }} --- {KEY}", f"{KEY}"),
    ],
)
def test_what_may_be_written_by_both_is_one_stage(found, earlier, later):
    apart = found(f"{B}[0] = 1;", earlier, f"x = {B}[0]; {later}")
    assert apart.stage[1] == apart.stage[2]


def test_keys_of_several_stages_are_foreseen(found):
    first = f"{IF_A} {KEY} {READS_W} {WRITES_W}"
    several = found(WRITES_A, f"{WRITES_W}", first, f"{KEY} {B}[0] = 1;", f"{B}[0] = {B}[0];")
    assert several.stage == (0, 0, 0, 1, 1)
    assert several.draws == (Draw(2, "_array_a", 4), Draw(3))
    assert several.writers["_array_a"] == 0


def test_one_stage_that_draws_takes_the_generator_of_all(found):
    one = found(f"{KEY} {WRITES_A}", f"{A}[0] = 1;", f"{B}[0] = {A}[0];", f"{B}[0] = {B}[0];")
    assert one.stage == (0, 0, 1, 1) and one.draws == ()


class _Generated(Exception):
    pass


@pytest.fixture
def network(tmp_path, monkeypatch):
    """network(**what of an Arm) gives the stages of a network, in three layers, which is not
    compiled."""

    def keep(generate, *_):
        generate(tmp_path / "program")
        raise _Generated

    monkeypatch.setattr(compiled.builds, "compiled", keep)

    def make(**what):
        kinds = dict(neuron="integrate_and_fire", encoder="threshold", programming="ternary")
        kinds |= dict(optimizer="sgd", loss="cross-entropy") | what
        other = {name: kinds.pop(name) for name in set(kinds) & {"batch", "steps"}}
        parts = {kind: load(kind, name) if isinstance(name, str) else name
                 for kind, name in kinds.items()}  # fmt: skip
        pictures, labels = np.zeros((4, 12), np.uint8), np.arange(4, dtype=np.int32) % 2
        images = Images(pictures, labels, pictures, labels, 2, "none", (3, 4), "")
        given = dict(batch=1, steps=2, eta=None, epochs=1, seed=0, layers=(6, 5, 4)) | other
        device = replace(load("device", "TiOx"), cycle_to_cycle=0.01)
        with pytest.raises(_Generated):
            Training(Arm(weights=device, **given, **parts), images)
        text = (tmp_path / "program" / "main.cpp").read_text()
        names = re.findall(r"network\.add\(&defaultclock, _run_(\w+)\);", text)
        found = stages(tmp_path / "program", names, "defaultclock")
        return {f"{name.removesuffix('_codeobject')}": k for name, k in zip(names, found.stage)}

    return make


@pytest.mark.parametrize(
    "what",
    [{}, dict(optimizer="adam", batch=10), dict(programming="accumulator"),
     dict(neuron="leaky_integrate_and_fire", encoder="rate")],
)  # fmt: skip
def test_layers_of_a_chain_are_stages(network, what):
    found = network(**what)
    own = [
        {
            stage
            for name, stage in found.items()
            if re.match(rf"(synapses|request|classifier|tally)_{layer}_", f"{name}_")
        }
        for layer in (1, 2, 3)
    ]
    assert all(len(each) == 1 for each in own) and own[0] < own[0] | own[1] | own[2]
    assert own == sorted(own, key=min) and len(set.union(*own)) == 3


def test_layers_that_see_each_other_are_one_stage(network):
    """By a projection back to an earlier layer."""
    back = Projection("back", "layer_3", "layer_1")
    found = network(network=replace(load("network", "chain"), projections=[back]))
    assert len({found[f"synapses_{layer}_forward"] for layer in (1, 2, 3)}) == 1


def test_noise_of_neurons_is_drawn_in_turn(network):
    neuron = load("neuron", "leaky_integrate_and_fire")
    found = network(neuron=replace(neuron, start_of_step="U += 0.1*randn()"))
    assert len({found[f"layer_{layer}_spike_thresholder"] for layer in (1, 2, 3)}) == 1
