"""The generated code, as a whole: the same bits for any number of threads."""

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, defaultclock, get_device, ms, seed
from standalone import compile_and_run, float_type, standalone

from snn_brian.crossbar.codegen import CrossbarGenerator, ShortConstants
from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.pulses import Pulses

ROWS, COLUMNS = (
    420,
    613,
)  # more synapses than one thread takes by itself; no whole number of vectors
MODEL = """w : 1
           v : 1
           m : 1
           chi : 1
           back : 1
           y_pre = w*x_post : 1 (summed)
           z_post = exp(w)*x_pre : 1 (summed)"""
# Ends the program with an error.
ALIGNED = "if ((size_t)&brian::_dynamic_array_crossbar_w[0] % 64) exit(3);"
PATHS = {
    "forward": "U_post += w*x_pre",  # no dyadic numbers: every order of the sum rounds otherwise
    "sampled": Pulses("SR(0.01*x_post)", "v += n*0.1"),
    "decided": Pulses(
        "SR(0.05*m)",
        "w += 0.003*n*level",
        prepare="m = 0.9*m + 0.1*log(1.1 + v*v)*x_post\nlevel = tanh(m)",
    ),
    "asked": Pulses(
        "way*int(needed > 0)",
        "v += 0.01*n*needed",
        prepare="way = sign(r_post)\nlevel = -log(1 - 0.3*abs(r_post)*exp(-w*w))\n"
        "needed = SR(level)\nasked_post += int(r_post != 0)*level",
    ),
}
OF_NEURONS = {
    "by_neuron": Pulses(
        "int(chi*20)", "chi -= n/20.0\nw += 0.001*n*x_post", prepare="chi += 0.03*x_post*x_pre"
    ),
    "plain": "back = 0.7*back + x_pre*x_post",
}


@pytest.mark.parametrize("generator", [ShortConstants, CrossbarGenerator])
@pytest.mark.parametrize(
    "dtype, expected",
    [
        (np.float32, "0.1f * x + 3 * y - 1e-05f + inf"),
        (np.float64, "0.1 * x + 3 * y - 1e-05 + inf"),
    ],
)
def test_constants_are_short_where_variables_are(generator, dtype, expected):
    """Whole numbers and what no digit ends stay as they are."""
    with float_type(dtype):
        rendered = generator.renderer().render_expr("0.1*x + 3*y - 1e-5 + 1e999")
    assert rendered.replace("(", "").replace(")", "") == expected


def declare():
    defaultclock.dt = 1 * ms
    seed(3)
    values = np.random.default_rng(3)
    inputs = NeuronGroup(
        ROWS, "x : 1\ny : 1", threshold="(t_in_timesteps + i) % 3 != 0", name="inputs"
    )
    neurons = NeuronGroup(
        COLUMNS,
        "x : 1\nU : 1\nz : 1\nr : 1\nasked : 1",
        threshold="(t_in_timesteps + i) % 4 != 0",
        name="neurons",
    )
    crossbar = Crossbar(inputs, neurons, MODEL, on_pre=PATHS, on_post=OF_NEURONS, name="crossbar")
    inputs.x, neurons.x = values.random(ROWS), values.random(COLUMNS)
    # most of a block of columns ask, or none, and all in the last one, which is no whole vector
    neurons.r = "(x + 0.1)*int(sin(0.02*i) + 0.5*sin(i) > 0 or i > 600)"
    crossbar.w, crossbar.v = values.normal(0, 0.1, (2, ROWS * COLUMNS))
    Network(inputs, neurons, crossbar).run(20 * ms)
    get_device().insert_code("main", ALIGNED)
    return {
        "y": inputs,
        "U": neurons,
        "z": neurons,
        "asked": neurons,
        "w": crossbar,
        "v": crossbar,
        "m": crossbar,
        "chi": crossbar,
        "back": crossbar,
    }


def results(folder, monkeypatch, threads, flags=""):
    """Values of all variables by name, for each number of threads."""
    with standalone(np.float32):
        groups, found = declare(), []
        compile_and_run(folder, flags=flags)
        for number in threads:
            monkeypatch.setenv("OMP_NUM_THREADS", str(number))
            get_device().run(directory=str(folder), with_output=False)
            found.append(
                {name: np.array(getattr(group, name)[:]) for name, group in groups.items()}
            )
    return found


def test_the_same_bits_for_any_number_of_threads(tmp_path, monkeypatch):
    (alone,) = results(tmp_path / "alone", monkeypatch, [1])
    for number, found in zip(
        [1, 2, 3, 5], results(tmp_path / "threads", monkeypatch, [1, 2, 3, 5], " -fopenmp")
    ):
        for name, values in alone.items():
            np.testing.assert_array_equal(found[name], values, f"{name}, {number} threads")
    for name, values in alone.items():
        assert np.isfinite(values).all() and np.unique(values).size > 100, name
    (code,) = (tmp_path / "threads" / "code_objects").glob("crossbar_by_neuron_codeobject*.cpp")
    assert "chi[_by_neuron]" in code.read_text() and "omp parallel" in code.read_text()
