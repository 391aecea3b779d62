"""Pulses: their numbers have the distribution of draws for each synapse, whichever way they are
drawn.

The compiled program records the number of every synapse in every step. Statistics are compared at
4.5 to 6 standard errors, with a fixed seed: a test fails when the code is wrong, not now and then.
"""

import re
from pathlib import Path

import numpy as np
import pytest
from brian2 import BrianLogger, Network, NeuronGroup, StateMonitor, Synapses, defaultclock, ms, seed
from scipy.stats import norm
from standalone import compile_and_run, numpy_target, standalone

from snn_brian.crossbar import pulses
from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.pulses import Pulses
from snn_brian.crossbar.statements import written

BrianLogger.suppress_hierarchy("brian2.codegen.generators.base")
BrianLogger.suppress_name("only_threshold")
BrianLogger.suppress_name("cannot_check_statemonitor_indices")

ROWS, COLUMNS, STEPS = 20, 70, 3000  # two blocks of columns, the second not full
PROBABILITIES = np.resize(
    [0.3, -0.05, 0.0, 0.7, 1.0, -1.0, 1.7, 0.02, -0.5, 0.97, 2.0, -2.3, 0.499, 0.501], COLUMNS
)
FACTORS = np.resize([1.0, 0.0, 0.25, -0.5, 0.8], ROWS)
STRENGTHS = np.resize([0.4, -0.9, 0.0, 1.0, 1.6, 0.05, -1.3], COLUMNS)
TINY = np.repeat([1e-9, -1e-9, 1e-6, 0.0], [30, 30, 4, 3])
MANY = 100_000
KEPT = 600  # steps of the reference, plain Synapses in NumPy

# Which inputs are active: all; every third; one only, among them the first and the last; first and
# last.
ACTIVITY = (
    "(t_in_timesteps % 4 == 0) or (t_in_timesteps % 4 == 1 and i % 3 == 0)"
    " or (t_in_timesteps % 4 == 2 and i == (t_in_timesteps//4) % N)"
    " or (t_in_timesteps % 4 == 3 and (i == 0 or i == N - 1))"
)


def active(steps):
    t, i = np.arange(steps)[:, None], np.arange(ROWS)
    return np.choose(t % 4, [i >= 0, i % 3 == 0, i == (t // 4) % ROWS, (i == 0) | (i == ROWS - 1)])


class Recorded:
    """A crossbar whose numbers of pulses are recorded; `now` is that of this step, `total` of
    all."""

    def __init__(
        self, name, pulses, kind=Crossbar, rows=ROWS, columns=COLUMNS, threshold=ACTIVITY, **values
    ):
        code = Pulses(
            pulses.number, pulses.code or "now = n  # not other\ntotal += n", pulses.prepare
        )
        self.inputs = NeuronGroup(rows, "b : 1", threshold=threshold, name=f"{name}_inputs")
        self.neurons = NeuronGroup(columns, "a : 1", name=f"{name}_neurons")
        self.synapses = kind(
            self.inputs,
            self.neurons,
            "now : 1\nother : 1\ntotal : 1\nchi : 1\nx : 1",
            on_pre=code if kind is Crossbar else code.plain(),
            name=f"{name}_synapses",
        )
        if kind is Synapses:
            self.synapses.connect()
        self.synapses.run_regularly("now = 0\nother = 0", when="start", name=f"{name}_clear")
        self.inputs.b = values.pop("b", 1.0)
        self.neurons.a = values.pop("a", 0.0)
        for variable, value in values.items():
            setattr(self.synapses, variable, value)
        self.shape = rows, columns
        self.monitor = StateMonitor(
            self.synapses,
            ["now", "other"],
            record=np.arange(rows * columns),
            when="end",
            name=f"{name}_monitor",
        )

    @property
    def objects(self):
        return [self.inputs, self.neurons, self.synapses, self.monitor]

    def numbers(self, variable="now"):
        """In the shape (steps, rows, columns)."""
        return np.array(getattr(self.monitor, variable)).T.reshape(-1, *self.shape)


CASES = {
    "column": dict(pulses=Pulses("SR(a_post)", ""), a=PROBABILITIES),
    "product": dict(pulses=Pulses("SR(a_post*b_pre)", ""), a=STRENGTHS, b=FACTORS),
    # `prepare` and functions of both sides are decided synapse by synapse
    "dense": dict(pulses=Pulses("SR(x)", "", prepare="x = a_post"), a=PROBABILITIES),
    "dense product": dict(pulses=Pulses("SR(a_post*b_pre + 0*x)", ""), a=STRENGTHS, b=FACTORS),
}
EXPECTED = {
    name: np.outer(FACTORS, STRENGTHS)
    if "product" in name
    else np.outer(np.ones(ROWS), PROBABILITIES)
    for name in CASES
}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """name -> numbers (steps, rows, columns), from one compiled program."""
    with standalone(np.float32):
        defaultclock.dt = 1 * ms
        seed(20240611)
        cases = {name: Recorded(name.replace(" ", "_"), **case) for name, case in CASES.items()}
        uniform = Recorded(
            "uniform",
            Pulses("0", " ", prepare="now = rand()\nother = rand()"),
            columns=33,
            threshold="i >= 0",
        )
        path = Crossbar(
            uniform.inputs,
            uniform.neurons,
            "u : 1\nv : 1\ng : 1\nk : 1",
            name="path",
            on_pre={"uniform": "u = rand()\nv = rand()", "others": "g = randn()\nk = poisson(3.0)"},
        )
        path_monitor = StateMonitor(
            path, ["u", "v", "g", "k"], record=np.arange(ROWS * 33), when="end", name="path_monitor"
        )
        many = NeuronGroup(MANY, "", threshold="i >= 0", name="many")
        few = NeuronGroup(len(TINY), "a : 1", name="few")
        tiny = Crossbar(
            many,
            few,
            "total : 1",
            on_pre=Pulses("SR(a_post)", "total += n"),
            name="tiny",
            index_arrays=False,
        )
        few.a = TINY
        same = {
            name: Recorded(
                f"one_{name}",
                Pulses("SR(a_post)", ""),
                rows=rows,
                columns=columns,
                a=0.4,
                threshold="i >= 0",
            )
            for name, rows, columns in [("input", 1, 70), ("neuron", 20, 1), ("crossing", 1, 1)]
        }
        objects = [
            part for case in [*cases.values(), uniform, *same.values()] for part in case.objects
        ]
        Network(objects, path, path_monitor, many, few, tiny).run(STEPS * ms)
        compile_and_run(tmp_path_factory.mktemp("pulses") / "program")
        values = {name: case.numbers() for name, case in (cases | same).items()}
        totals = {name: case.synapses.matrix("total") for name, case in (cases | same).items()}
        for name, case in (cases | same).items():
            np.testing.assert_array_equal(values[name].sum(0), totals[name])
        values |= {
            name: np.array(getattr(path_monitor, name)).T.reshape(-1, ROWS, 33) for name in "uvgk"
        }
        return values | {
            "tiny": tiny.matrix("total"),
            "prepared": uniform.numbers(),
            "normal": norm.cdf(values["g"]),
        }


@pytest.fixture(scope="module")
def drawn():
    """As `compiled`, from plain Synapses in NumPy."""
    defaultclock.dt = 1 * ms
    values = {}
    with numpy_target(np.float64):
        for name in ("column", "product"):
            seed(7)
            case = Recorded(f"plain_{name}", kind=Synapses, **CASES[name])
            Network(case.objects).run(KEPT * ms)
            values[name] = case.numbers()
    return values


def test_code_is_read_with_semicolons_comments_and_augmented_assignments():
    pulses = Pulses(
        "sign(x)*int(abs(x) > 1)",
        "w += n*now; late = 1  # other\ntotal -= n;",
        prepare="now = a_post; x += now  # y = other\nx *= 2; other = 3",
    )
    assert pulses.carried() == ["now"]
    assert pulses.can_repeat({"x", "w"}) and not pulses.can_repeat({"w"})
    assert written(pulses.plain()) == {"now", "x", "other", "n", "w", "late", "total"}
    drawn = Pulses("1", "w += n", "x = 2*SR(a_post); y -= SR(x + 1)  # SR(z)").plain()
    assert drawn.count("rand()") == 2 and drawn.count("floor") == 2 and "SR" not in drawn


def test_ways_of_drawing():
    indices = {"a_post": "_postsynaptic_idx", "b_pre": "_presynaptic_idx", "x": "_idx"}
    ways = {name: case["pulses"].blocks(indices)[1] for name, case in CASES.items()}
    assert ways == {
        "column": "sampled",
        "product": "sampled",
        "dense": "pulses",
        "dense product": "pulses",
    }


@pytest.mark.parametrize("name", CASES)
def test_numbers_are_the_two_whole_ones_around_the_mean(compiled, name):
    """0, +1 and -1 for a probability; 1 or 2 for 1.7; nothing else, and nothing for silent
    inputs."""
    numbers, expected = compiled[name], EXPECTED[name]
    active_ones = active(STEPS)[:, :, None] & np.ones(expected.shape, bool)
    assert not numbers[~active_ones].any()
    low, high = np.floor(expected - 1e-6), np.ceil(expected + 1e-6)
    exact = np.abs(expected - np.round(expected)) < 1e-6
    low, high = np.where(exact, np.round(expected), low), np.where(exact, np.round(expected), high)
    inside = (numbers == low) | (numbers == high)
    # 24 bits of a draw: whole numbers are missed once in 2^24
    assert (~inside & active_ones).sum() <= 1
    for outcome in (low, high):
        some = np.abs(expected - np.round(expected)) > 0.015
        assert (
            ((numbers == outcome) & active_ones).any(0) | ~some | (active_ones.sum(0) < 300)
        ).all()


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    "kind", [0, 1, 2, 3], ids=["all", "every third", "one only", "first and last"]
)
def test_means_of_synapses(compiled, name, kind):
    """Mean number for each synapse and kind of activity, and of all synapses together."""
    steps = np.arange(STEPS) % 4 == kind
    numbers, trials = compiled[name][steps], active(STEPS)[steps].sum(0)[:, None]
    expected = EXPECTED[name]
    fraction = expected - np.floor(expected)
    spread = np.sqrt(np.maximum(fraction * (1 - fraction), 1e-7) * trials)
    error = numbers.sum(0) - expected * trials
    # one more pulse than expected is no surprise where hardly any is expected
    assert (np.abs(error) <= 4.5 * spread + 1).all()
    assert abs(error.sum()) <= 4 * np.sqrt((spread**2).sum())
    scores = (error / np.maximum(spread, 1e-9))[(spread > 2) & (trials > 0)]
    if scores.size > 100:
        assert abs((scores**2).mean() - 1) < 5 * np.sqrt(2 / scores.size)


@pytest.mark.parametrize("name", ["column", "product"])
def test_same_as_draws_of_plain_synapses(compiled, drawn, name):
    first, second = compiled[name], drawn[name]
    trials_1, trials_2 = (active(len(x)).sum(0)[:, None] for x in (first, second))
    fraction = EXPECTED[name] - np.floor(EXPECTED[name])
    error = first.sum(0) / trials_1 - second.sum(0) / trials_2
    assert (
        np.abs(error)
        <= 4.5 * np.sqrt(fraction * (1 - fraction) * (1 / trials_1 + 1 / trials_2)) + 1 / trials_2
    ).all()
    # the numbers in a row and in a column of one step: their variance over the steps in which all
    # inputs are active
    for axis in (1, 2):
        variances = [x[::4].sum(axis).var(0) for x in (first, second)]
        ratio = variances[0].sum() / variances[1].sum()
        assert ratio == pytest.approx(
            1, abs=5 * np.sqrt(2 / (len(second) / 4 * first.shape[3 - axis]))
        )


@pytest.mark.parametrize("name", CASES)
def test_variance_of_rows_and_columns(compiled, name):
    """Sums over a row, a column and a step have binomial variances: synapses are independent."""
    numbers = compiled[name][::4]
    fraction = EXPECTED[name] - np.floor(EXPECTED[name])
    variance = fraction * (1 - fraction)
    for axes in ((1,), (2,), (1, 2)):
        sums, expected = numbers.sum(axes), variance.sum(tuple(axis - 1 for axis in axes))
        chosen = np.atleast_1d(expected) > 0.3
        ratios = np.atleast_1d(sums.var(0))[chosen] / np.atleast_1d(expected)[chosen]
        error = np.sqrt(2 / len(numbers)) * 1.2
        assert (np.abs(ratios - 1) < 4.5 * error).all()
        assert abs(ratios.mean() - 1) < 4.5 * error / np.sqrt(chosen.sum())


def correlations(first, second):
    """Of all series in `first` with all in `second`, in units of their standard error."""
    first, second = ((x - x.mean(0)) / x.std(0) for x in (first, second))
    return first.T @ second / np.sqrt(len(first))


def assert_independent(scores):
    """The scores are numbers of the standard normal distribution, also in their largest."""
    assert np.abs(scores).max() < 6.5
    assert abs((scores**2).mean() - 1) < 6 * np.sqrt(2 / scores.size) + 0.01
    assert abs(scores.mean()) < 6 / np.sqrt(scores.size)


@pytest.mark.parametrize("name", CASES)
def test_independence(compiled, name):
    """Between synapses (of a row, of a column, any), and between one step and the next."""
    numbers = compiled[name][::4]
    fraction = (EXPECTED[name] - np.floor(EXPECTED[name])).ravel()
    series = numbers.reshape(len(numbers), -1)[:, (fraction > 0.2) & (fraction < 0.8)]
    scores = correlations(series, series)
    assert_independent(scores[np.triu_indices(len(scores), 1)])
    assert_independent(correlations(series[:-1], series[1:]).ravel())


def test_probabilities_of_one_in_a_billion(compiled):
    counts = compiled["tiny"].sum(0)
    for probability in (1e-9, -1e-9, 1e-6):
        count, expected = (
            counts[TINY == probability].sum(),
            (probability * MANY * STEPS * (TINY == probability)).sum(),
        )
        assert 0 < count * np.sign(probability) and abs(count - expected) < 4.5 * np.sqrt(
            abs(expected)
        )
    assert not counts[TINY == 0].any()
    rows = np.flatnonzero(compiled["tiny"][:, TINY == 1e-6]) // 4 / MANY  # over all inputs
    assert abs(rows.mean() - 0.5) < 4.5 * np.sqrt(1 / 12 / len(rows))


@pytest.mark.parametrize("name", ["input", "neuron", "crossing"])
def test_one_input_and_one_neuron(compiled, name):
    numbers = compiled[name]
    assert set(np.unique(numbers)) == {0, 1}
    assert np.abs(numbers.mean(0) - 0.4).max() < 4.5 * np.sqrt(0.24 / STEPS)
    series = numbers.reshape(STEPS, -1)
    if series.shape[1] > 1:
        scores = correlations(series, series)
        assert_independent(scores[np.triu_indices(len(scores), 1)])
    assert np.abs(correlations(series[:-1], series[1:])).max() < 5


@pytest.mark.parametrize("name", ["u", "v", "prepared", "normal"])
def test_draws_of_a_compiled_crossbar_are_uniform(compiled, name):
    values = compiled[name]
    assert 0 <= values.min() and values.max() < 1
    counts = np.histogram(values, 1000, (0, 1))[0]
    expected = values.size / 1000
    chi_square = ((counts - expected) ** 2 / expected).sum()
    assert abs(chi_square - 999) < 5 * np.sqrt(2 * 999)
    for axis in [(1, 2), (0, 2), (0, 1), (0,)]:  # of each call, row, column, synapse
        means = values.mean(axis)
        scores = (means - 0.5) * np.sqrt(12 * values.size / means.size)
        assert np.abs(scores).max() < 5.5
        assert abs((scores**2).mean() - 1) < 5 * np.sqrt(2 / scores.size)


def test_draws_of_a_compiled_crossbar_are_independent(compiled):
    """Of calls, rows, columns, neighbours, the two draws of one statement, and pathways."""
    u, v, prepared = (compiled[name].reshape(STEPS, -1) for name in ("u", "v", "prepared"))
    chosen = np.linspace(0, u.shape[1] - 1, 150).astype(int)
    for first, second in [(u, v), (u, prepared), (u[:-1], u[1:]), (u[:-1], v[1:]), (u[:-2], u[2:])]:
        assert_independent(correlations(first[:, chosen], second[:, chosen]).ravel())
    scores = correlations(u[:, chosen], u[:, chosen])
    assert_independent(scores[np.triu_indices(len(scores), 1)])
    # along the synapses of one call: a draw and one a few synapses further
    for step in (1, 2, 33, 34, 64):
        for first, second in [(u, u), (u, v)]:
            score = (
                ((first[:, :-step] - 0.5) * (second[:, step:] - 0.5)).sum()
                * 12
                / np.sqrt(first[:, step:].size)
            )
            assert abs(score) < 5


@pytest.mark.parametrize(("name", "mean", "variance"), [("g", 0, 1), ("k", 3, 3)])
def test_other_draws_of_a_compiled_crossbar(compiled, name, mean, variance):
    """randn, poisson."""
    values = compiled[name]
    assert abs(values.mean() - mean) < 4.5 * np.sqrt(variance / values.size)
    assert values.var() == pytest.approx(variance, rel=6 * np.sqrt(2.4 / values.size))
    assert_independent(
        correlations(
            *(values.reshape(STEPS, -1)[:, first : first + 100] for first in (0, 300))
        ).ravel()
    )


def test_accumulate_and_trigger_equals_an_oracle(tmp_path):
    """`prepare` for every active synapse, `code` only where the accumulator is due; all inputs,
    some, none."""
    rows, columns, steps, theta = 7, 19, 40, 0.75
    rng = np.random.default_rng(3)
    x = rng.integers(-8, 9, columns) / 16
    chi, w = rng.integers(-16, 17, (2, rows, columns)) / 16
    pulses = Pulses(
        "sign(chi)*int(abs(chi) >= theta)",
        "chi -= n*theta\nw = clip(w + 0.0625*n, -1, 1)\nruns += 1\nsum_post += n",
        prepare="chi += x_post",
    )
    threshold = "(3*t_in_timesteps + 5*i) % 11 < t_in_timesteps % 9 + 3*int(t_in_timesteps > 30)"

    def declared(kind):
        inputs = NeuronGroup(rows, "", threshold=threshold, name="inputs")
        neurons = NeuronGroup(columns, "x : 1\nsum : 1", name="neurons")
        synapses = kind(
            inputs,
            neurons,
            "chi : 1\nw : 1\nruns : 1\ntheta : 1 (shared)",
            name="synapses",
            on_pre=pulses if kind is Crossbar else pulses.plain(),
        )
        if kind is Synapses:
            synapses.connect()
        neurons.x, synapses.chi, synapses.w, synapses.theta = x, chi.ravel(), w.ravel(), theta
        network = Network(inputs, neurons, synapses)
        network.run(steps * ms)
        return network, synapses, neurons

    defaultclock.dt = 1 * ms
    expected_chi, expected_w, runs, sums = (
        chi.copy(),
        w.copy(),
        np.zeros((rows, columns)),
        np.zeros(columns),
    )
    for t in range(steps):
        firing = (3 * t + 5 * np.arange(rows)) % 11 < t % 9 + 3 * (t > 30)
        expected_chi[firing] += x
        n = np.sign(expected_chi) * (np.abs(expected_chi) >= theta) * firing[:, None]
        expected_chi -= n * theta
        expected_w = np.clip(expected_w + 0.0625 * n, -1, 1)
        runs += n != 0
        sums += n.sum(0)
    assert 10 < runs.sum() < 0.5 * runs.size * steps and runs.max() > 1
    with standalone(np.float32):
        network, synapses, neurons = declared(Crossbar)
        compile_and_run(tmp_path / "program")
        np.testing.assert_array_equal(synapses.matrix("chi"), expected_chi)
        np.testing.assert_array_equal(synapses.matrix("w"), expected_w)
        np.testing.assert_array_equal(
            synapses.matrix("runs"), runs
        )  # the code ran there and nowhere else
        np.testing.assert_array_equal(neurons.sum[:], sums)
    with numpy_target(np.float32):
        network, synapses, neurons = declared(Synapses)
        np.testing.assert_array_equal(synapses.chi[:], expected_chi.ravel())
        np.testing.assert_array_equal(synapses.w[:], expected_w.ravel())
        np.testing.assert_array_equal(neurons.sum[:], sums)


COUNTED = dict(
    first="due = int(abs(c + n) >= 3)\nc = (c + n)*(1 - due)\nseen += 1; pace_post += n",
    given="due",
    code="w += 0.25*n*due\nruns += 1\nsum_post += n*due*size_post",
)


@pytest.mark.parametrize(
    "number, prepare",
    [
        ("clip(SR(a_post), -2, 2)", ""),
        ("clip(SR(a_post*b_pre), -2, 2)", ""),
        ("clip(SR(x), -2, 2)", "x = a_post*b_pre"),
    ],
    ids=["column", "product", "dense"],
)
def test_what_is_counted_before_it_gives_a_pulse_equals_an_oracle(number, prepare, tmp_path):
    """Requests are whole, so that nothing is left to chance; 70 columns are rows that are
    spread."""
    rows, columns, steps = 5, 70, 30
    rng = np.random.default_rng(8)
    a, size, b = rng.integers(-3, 4, columns), rng.integers(1, 5, columns), rng.integers(1, 3, rows)
    pulses = Pulses(number, prepare=prepare, **COUNTED)
    threshold = "(t_in_timesteps + i) % 3 < 2"

    def declared(kind):
        inputs = NeuronGroup(rows, "b : 1", threshold=threshold, name="inputs")
        neurons = NeuronGroup(columns, "a : 1\nsize : 1\nsum : 1\npace : 1", name="neurons")
        synapses = kind(
            inputs,
            neurons,
            "c : 1\nw : 1\nruns : 1\nseen : 1",
            name="synapses",
            on_pre=pulses if kind is Crossbar else pulses.plain(),
        )
        if kind is Synapses:
            synapses.connect()
        inputs.b, neurons.a, neurons.size = b, a, size
        network = Network(inputs, neurons, synapses)
        network.run(steps * ms)
        return network, synapses, neurons

    c, w, runs, seen = np.zeros((4, rows, columns))
    pace = np.zeros(columns)
    for t in range(steps):
        firing = (t + np.arange(rows)) % 3 < 2
        asked = np.clip(np.outer(b, a) if "b_pre" in number + prepare else a, -2, 2)
        n = asked * firing[:, None]
        due = (abs(c + n) >= 3) & (n != 0)
        c = np.where(due, 0, c + n)
        w += 0.25 * n * due
        runs += due
        seen += n != 0
        pace += n.sum(0)
    assert 0.1 < runs.sum() / seen.sum() < 0.9
    expected = dict(c=c, w=w, runs=runs, seen=seen)
    defaultclock.dt = 1 * ms
    with standalone(np.float32):
        network, synapses, neurons = declared(Crossbar)
        compile_and_run(tmp_path / "program")
        found = {name: synapses.matrix(name) for name in expected} | {"sum": neurons.sum[:]}
        paces = neurons.pace[:]
    with numpy_target(np.float32):
        network, synapses, neurons = declared(Synapses)
        plain = {name: getattr(synapses, name)[:].reshape(rows, columns) for name in "cw"}
        plain |= {"sum": neurons.sum[:]}
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)
    np.testing.assert_array_equal(found["sum"], 4 * w.sum(0) * size)
    for name in plain:
        np.testing.assert_array_equal(found[name], plain[name], err_msg=name)
    np.testing.assert_array_equal(paces, pace)


def test_what_is_counted_first_is_a_block_of_its_own_where_pulses_are_drawn():
    pulses = Pulses("SR(a_post)", **COUNTED)
    blocks, way = pulses.blocks(INDICES)
    assert way == "sampled" and blocks["code"] == COUNTED["code"]
    assert blocks["first"] == f"n = _drawn\n{COUNTED['first']}\n_given = due"
    assert pulses.handed_on() == ["due"] and pulses.carried() == []
    whole = COUNTED["first"] + "\n" + COUNTED["code"]
    decided = pulses.blocks(INDICES | {"w": "_idx", "c": "_idx"}, of_inputs=False)[0]["code"]
    assert "c = chosen(n != 0, (c + n)*(1 - due), c)\n" in decided
    assert "\nw += only_where(_given != 0, 0.25*n*due)\n" in decided
    assert pulses.plain().endswith(f" + rand())\n{whole}")
    several = Pulses("n", "w += n*due*x_post", "due = 1", "x_post = due\nrare = due", "rare")
    assert several.carried() == ["due"] and several.handed_on() == []
    without = Pulses("SR(a_post)", "w += due", first="due = n").blocks(INDICES)[0]
    assert without.keys() == {"post_factor", "code"}
    assert without["code"] == "n = _drawn\ndue = n\nw += due"


@pytest.mark.parametrize(
    "number", ["SR(a_post)", "-SR(a_post)", "clip(SR(a_post), -1, 3)", "clip(-SR(a_post), -2, 1)"]
)
def test_a_number_that_stays_needs_no_condition(number):
    blocks, way = Pulses(number, "x += n").blocks(INDICES)
    assert way == "sampled" and blocks["code"].endswith("\nx += n")


@pytest.mark.parametrize("number", ["int(SR(a_post)/2)", "clip(SR(a_post), 0, 1)"])
def test_a_number_that_may_become_0_is_looked_at_again(number):
    blocks, way = Pulses(number, "x += n").blocks(INDICES | {"x": "_idx"})
    assert way == "sampled" and blocks["code"].endswith("\nx += only_where(n != 0, n)")


@pytest.mark.parametrize("field", ["code", "prepare", "first"])
def test_code_that_sets_the_number_of_pulses_is_refused(field):
    given = {"code": "w += n"} | {field: "x = 1; n = n - 1"}
    with pytest.raises(ValueError, match=f"^{field}: 'n' is the number of pulses, which"):
        Pulses("SR(a_post)", **given)


def test_two_roundings_in_one_number_are_refused():
    with pytest.raises(
        ValueError, match=r"^number='SR\(a\) - SR\(b\)': at most one SR\(\.\.\.\) is allowed; .*\.$"
    ):
        Pulses("SR(a) - SR(b)", "w += n")


INDICES = {
    "a_post": "_postsynaptic_idx",
    "b_pre": "_presynaptic_idx",
    "w": "_idx",
    "k_post": "_postsynaptic_idx",
    "eta": "0",
}


ZERO_AT_ZERO = ("int", "abs", "sign", "floor", "ceil")


@pytest.mark.parametrize(
    ("number", "prepare", "way"),
    [
        ("SR(a_post)", "", "sampled"),
        ("SR(-eta*a_post*b_pre)", "", "sampled"),
        ("SR(b_pre*exp(a_post))", "", "sampled"),
        ("SR((a_post*b_pre)*eta/(2*(k_post - eta)))", "", "sampled"),
        ("SR(-(a_post/b_pre)*k_post)", "", "sampled"),
        ("SR(eta/(a_post + b_pre))", "", "pulses"),
        ("clip(SR(a_post), -1, 1)", "", "sampled"),
        ("2*SR(a_post)", "", "sampled"),
        ("SR(a_post)*(1 + int(rand() < 0.5))", "", "sampled"),
        ("k_post*SR(a_post)", "", "sampled"),
        ("SR(a_post)/k_post", "", "sampled"),
        ("SR(a_post)//2", "", "sampled"),
        ("-SR(a_post)", "", "sampled"),
        ("+SR(a_post)", "", "sampled"),
        ("clip(SR(a_post), 0, 1)", "", "sampled"),
        ("clip(SR(a_post), -1, 0)", "", "sampled"),
        *((f"{function}(SR(a_post))", "", "sampled") for function in ZERO_AT_ZERO),
        *((f"int({function}(SR(a_post)))", "", "pulses") for function in ("exp", "cos")),
        ("SR(a_post)", "w += 1", "pulses"),
        ("SR(a_post*w)", "", "pulses"),
        ("SR(a_post + b_pre)", "", "pulses"),
        ("SR(a_post*rand())", "", "pulses"),
        ("SR(a_post*poisson(1))", "", "pulses"),
        # not 0 where nothing is drawn
        ("SR(a_post) + 1", "", "pulses"),
        ("SR(a_post) - k_post", "", "pulses"),
        ("clip(SR(a_post), 1, 3)", "", "pulses"),
        ("clip(SR(a_post), -3, -1)", "", "pulses"),
        ("clip(SR(a_post), -1, k_post)", "", "pulses"),
        ("clip(k_post, -1, 1)*0 + SR(a_post)", "", "pulses"),
        ("int(SR(a_post) < 1)", "", "pulses"),
        ("k_post//SR(a_post)", "", "pulses"),
        ("k_post - SR(a_post)", "", "pulses"),
        ("SR(a_post) % 2", "", "pulses"),
        ("int(a_post)", "", "pulses"),
    ],
)
def test_pulses_are_sampled_where_that_is_the_same(number, prepare, way):
    assert Pulses(number, "w += n", prepare).blocks(INDICES)[1] == way


@pytest.mark.parametrize(
    ("number", "prepare", "asks"),
    [
        ("way*int(k > 0)", "way = sign(a_post); k = SR(abs(a_post)/w)", "a_post"),
        ("sign(w)*int(a_post != 0)", "w += a_post; k_post -= int(a_post > 0)*exp(w)", "a_post"),
        ("SR(x)", "x = 1 + 2*a_post; y = exp(x)", None),
        ("SR(x)", "x = 2*-a_post/w; y = exp(x)", "a_post"),
        ("SR(a_post*w)", "", "a_post"),
        ("a_post*k_post", "w += k_post", "k_post"),
        ("int(a_post < 0)", "", "a_post"),
        # a pulse, or a change, without a request
        ("int(w)", "w += a_post", None),
        ("sign(a_post)", "w += 1", None),
        ("sign(a_post)", "w = a_post", None),
        ("sign(a_post)", "w *= a_post", None),
        ("sign(a_post)", "k_post += exp(a_post)", None),
        ("sign(x)", "x = a_post; x = x + 1", None),
        ("sign(x)", "x = a_post; x = exp(x)", None),
        ("int(a_post == 0)", "", None),
        ("a_post**a_post", "", None),
        ("a_post**2", "", None),
        ("int(a_post <= 0)", "", None),
        ("int(a_post < 1)", "", None),
        ("int(0 < a_post < 1)", "", None),
        ("int(w < a_post)", "", None),
        ("SR(a_post + w)", "", None),
        ("SR(b_pre*w)", "", None),  # of the input
        ("w//a_post", "", None),
    ],
)
def test_the_request_without_which_nothing_happens(number, prepare, asks):
    blocks, way = Pulses(number, "w += n", prepare).blocks(INDICES)
    assert way == "pulses"
    assert blocks.get("asked") == (asks and f"_request = {asks}")


@pytest.mark.parametrize(
    "number",
    [
        "SR((a_post*b_pre)*eta/(2*(k_post - eta)))",
        "SR(-(a_post/b_pre)*k_post)",
        "SR(+(a_post/b_pre)*k_post)",
        "SR(eta*b_pre/(a_post*b_pre))",
        "SR(eta/(b_pre*a_post)*b_pre)",
        "SR(b_pre*(-eta))",
    ],
)
def test_the_factors_multiply_to_the_number(number):
    values = dict(a_post=0.3, b_pre=-1.7, k_post=2.9, eta=0.6)
    blocks, way = Pulses(number, "w += n").blocks(INDICES)
    factors = [
        eval(blocks[name].split(" = ")[1], {}, values) for name in ("post_factor", "pre_factor")
    ]
    assert way == "sampled" and np.prod(factors) == pytest.approx(
        eval(number, {"SR": float}, values)
    )
    assert not re.search("_pre", blocks["post_factor"]) and not re.search(
        "a_post|k_post", blocks["pre_factor"]
    )


def test_events_of_neurons_are_not_sampled():
    """Down a column is along the rows then: every synapse of the column has a draw of its own."""
    assert Pulses("SR(a_post)", "w += n").blocks(INDICES, of_inputs=False)[1] == "pulses"


@pytest.mark.parametrize(
    "number, prepare, expected",
    [
        ("int(chi*2)", "chi += x_post", True),
        ("int(chi*x_post)", "chi = 0.5*chi", True),
        (
            "int(chi*x_post)",
            "x_post += 1",
            False,
        ),  # other synapses of the neuron have changed it since
        ("int(now)", "now = chi + x_pre", False),
        ("sign(chi)", "now = chi\nchi -= now", True),
        ("SR(chi)", "chi += x_post", False),
        ("int(chi + rand())", "chi += x_post", False),
    ],
)
def test_numbers_that_are_decided_once_more_are_the_same(number, prepare, expected):
    assert Pulses(number, "w += n", prepare).can_repeat({"chi", "w"}) == expected


def test_statements_of_plain_synapses():
    assert Pulses("clip(SR(a_post*2), -1, 1)", "w += n", prepare="a = 1").plain().split("\n") == [
        "a = 1",
        "n = clip(floor(clip(a_post * 2, -2147483000, 2147483000) + rand()), -1, 1)",
        "w += n",
    ]
    assert Pulses("k", "w += n", prepare="k = SR(a_post)").plain().split("\n") == [
        "k = floor(clip(a_post, -2147483000, 2147483000) + rand())",
        "n = k",
        "w += n",
    ]


def test_code_finds_what_prepare_computed():
    assert Pulses(
        "SR(a)", "w += n*a + b_post", prepare="a = 1\nb_post = 2\nc = 3\nd += 1"
    ).carried() == ["a"]


def formula(found, **values):
    """What the template's C++ assigns by an arithmetic expression, which Python reads as well."""
    (code,) = re.findall(found, SAMPLED, re.DOTALL)
    return eval(re.sub(r"(?<=\d)f", "", code).replace("\n", " "), values)


SAMPLED = (Path(pulses.__file__).parent / "templates/crossbar/sampled.cpp").read_text()


def test_logarithms_that_are_written_out_are_those_of_numpy():
    """-log(1 - p) to the bits of float32; a series of five terms is, where p is below 1/2."""
    p = np.linspace(1e-6, 0.5, 1000)
    s = formula(r"const float _s = (.*?),", _p=p)
    hazard = formula(r"_hazards\[_k\] = (.*?);", _s=s, _q=s * s)
    np.testing.assert_allclose(hazard, -np.log1p(-p), rtol=4e-7)
    u = np.linspace(1e-7, 1e-3, 1000)
    small = formula(r"const float _small = (.*?),", u=u)
    np.testing.assert_allclose(small, -np.log1p(-u), rtol=1e-8)
