"""Properties that every shipped declaration has; a new file under models/ is tested by being there.

The strings are evaluated here by Python itself, number by number, not by Brian2.
"""

import math
import re
from functools import lru_cache

import numpy as np
import pytest

from snn_brian.check.check import check
from snn_brian.check.loading import KINDS, declarations
from snn_brian.check.single_pair import programmed
from snn_brian.declarations import Device
from snn_brian.network.pair import is_for_each_device

ALL = [(kind, name) for kind in KINDS for name in declarations(kind)]
DEVICES = [
    name for name, (device, _) in declarations("device").items() if isinstance(device, Device)
]
RULES = list(declarations("programming"))
FUNCTIONS = {
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "floor": math.floor,
    "abs": abs,
    "int": int,
    "sign": lambda x: (x > 0) - (x < 0),
    "clip": lambda x, low, high: min(max(x, low), high),
}
# Laws whose n pulses at once are n single pulses, one after the other.
ADDITIVE = ["exponential", "linear", "neurosim", "set_and_reset"]


def declared(kind, name):
    return declarations(kind)[name][0]


@lru_cache
def compiled(code):
    return compile(code, "<declared>", "eval")


def evaluate(code, **values):
    return eval(compiled(code), FUNCTIONS, values)


def change(device, potentiation, G, n):
    """The change of one device by n pulses, G and the change in units of G_max."""
    code = device.law.potentiation if potentiation else device.law.depression
    return evaluate(code, G=G, n=n, G_max=1.0, G_min=device.K, **device.parameters)


def after(device, potentiation, G, n):
    """The conductance after n pulses, as the network clips it."""
    moved = change(device, potentiation, G, n)
    return min(max(G + moved if potentiation else G - moved, device.K), 1.0)


def conductances(device):
    return np.linspace(device.K, 1, 9)


@pytest.mark.parametrize("kind, name", ALL)
def test_passes_its_own_check(kind, name):
    check(*declarations(kind)[name])


@pytest.mark.parametrize("kind, name", ALL)
def test_has_a_reference(kind, name):
    assert declared(kind, name).reference.strip()
    assert (
        kind != "device"
        or not hasattr(declared(kind, name), "law")
        or declared(kind, name).law.reference.strip()
    )


@pytest.mark.parametrize("kind, name", ALL)
def test_name_is_that_of_the_file_or_stands_in_it(kind, name):
    file = declarations(kind)[name][1]
    assert re.fullmatch(r"[\w-]+", name)
    assert name == file.stem or f'"{name}"' in file.read_text()


@pytest.mark.parametrize("name", DEVICES)
@pytest.mark.parametrize("potentiation", [True, False])
class TestLaw:
    def test_more_pulses_never_move_less(self, name, potentiation):
        device = declared("device", name)
        for G in conductances(device):
            assert (
                np.diff([change(device, potentiation, G, n) for n in range(200)]) >= -1e-12
            ).all()

    def test_no_pulse_is_no_change(self, name, potentiation):
        device = declared("device", name)
        assert all(abs(change(device, potentiation, G, 0)) < 1e-12 for G in conductances(device))

    def test_a_pulse_moves_and_does_not_leave_the_range(self, name, potentiation):
        device = declared("device", name)
        far_end = device.K if potentiation else 1.0
        assert 0 < change(device, potentiation, far_end, 1) <= (1 - device.K) * (1 + 1e-9)

    def test_many_pulses_reach_the_end_of_the_range(self, name, potentiation):
        device = declared("device", name)
        far_end, near_end = (device.K, 1.0) if potentiation else (1.0, device.K)
        assert after(device, potentiation, far_end, 10_000) == pytest.approx(near_end, abs=1e-3)

    def test_order_of_two_conductances_is_kept(self, name, potentiation):
        device = declared("device", name)
        for n in (1, 7):
            assert (
                np.diff([after(device, potentiation, G, n) for G in conductances(device)]) >= -1e-12
            ).all()

    def test_pulses_at_once_are_single_pulses(self, name, potentiation):
        device = declared("device", name)
        if device.law.name not in ADDITIVE:
            pytest.skip(f"law '{device.law.name}' does not claim it")
        for start in conductances(device):
            G = start
            for n in range(1, 30):
                G = after(device, potentiation, G, 1)
                assert G == pytest.approx(after(device, potentiation, start, n), rel=1e-12)


def test_first_pulses_of_TiOx():
    TiOx = declared("device", "TiOx")
    assert change(TiOx, True, TiOx.K, 1) / (1 - TiOx.K) == pytest.approx(0.030, abs=5e-4)
    assert change(TiOx, False, 1.0, 1) / (1 - TiOx.K) == pytest.approx(0.298, abs=5e-4)


@pytest.mark.parametrize(
    "name, levels, A_P, A_D",
    [
        ("AlOx_HfO2", 40, 0.6292, 2.063),
        ("TaOx_HfOx", 128, 31.57, 1.997),
        ("PCMO", 50, 0.3006, 0.1003),
        ("HZO_FeFET", 32, 0.7021, -0.8487),
    ],
)
def test_devices_of_neurosim_follow_its_curves(name, levels, A_P, A_D):
    """G = B (1 - exp(-P/A)) + G_min with A/levels of NeuroSim's table: from end to end in so many
    pulses, as it is drawn."""
    device = declared("device", name)
    for P in range(levels + 1):
        up, down = (math.expm1(-P / (levels * A)) / math.expm1(-1 / A) for A in (A_P, A_D))
        assert after(device, True, device.K, P) == pytest.approx(
            device.K + (1 - device.K) * up, abs=1e-3
        )
        assert after(device, False, 1.0, P) == pytest.approx(1 - (1 - device.K) * down, abs=1e-3)


@pytest.mark.parametrize("name", DEVICES)
@pytest.mark.parametrize("potentiation", [True, False])
def test_inverse_of_a_law_gives_back_the_pulses(name, potentiation):
    device = declared("device", name)
    law = device.law
    if not (law.potentiation_needed if potentiation else law.depression_needed):
        pytest.skip(f"law '{law.name}' has none")
    for G in conductances(device)[1:-1]:
        for n in (0.3, 1.0, 4.0):
            assert needed(
                device, potentiation, G, change(device, potentiation, G, n)
            ) == pytest.approx(n, rel=1e-6)


def needed(device, potentiation, G, dG):
    code = device.law.potentiation_needed if potentiation else device.law.depression_needed
    return evaluate(code, G=G, dG=dG, G_max=1.0, G_min=device.K, **device.parameters)


def device_for(rule):
    """The first device that the rule fits."""
    return next(
        device
        for device in map(lambda name: declared("device", name), ["TiOx", "linear"])
        if set(rule.device_parameters) <= set(device.parameters)
    )


def situations(rule, seed, count, most=0.01):
    """Requests and states of synapses as the rule's strings see them."""
    draw = np.random.default_rng(seed)
    device = device_for(rule)
    own = re.findall(r"^\s*(\w+)\s*:", rule.variables, re.MULTILINE)
    for _ in range(count):
        plus, minus = draw.uniform(device.K, 1, 2)
        yield dict(
            dw=draw.uniform(-most, most),
            G_plus=plus,
            G_minus=minus,
            w=plus - minus,
            G_max=1.0,
            G_min=device.K,
            **{name: draw.uniform(-10, 10) for name in own},
            **rule.parameters,
            **{name: device.parameters[name] for name in rule.device_parameters},
        )


@pytest.mark.parametrize("name", RULES)
class TestRule:
    def test_opposite_request_on_the_mirrored_pair_is_the_opposite_number(self, name):
        rule = declared("programming", name)
        own = re.findall(r"^\s*(\w+)\s*:", rule.variables, re.MULTILINE)
        for here in situations(rule, 1, 50):
            mirrored = here | {symbol: -here[symbol] for symbol in ["dw", "w", *own]}
            mirrored |= dict(G_plus=here["G_minus"], G_minus=here["G_plus"])
            fixed = dict(SR=lambda x: x, rand=lambda: 0.25)  # SR keeps the mean
            assert evaluate(rule.number, **fixed, **mirrored) == pytest.approx(
                -evaluate(rule.number, **fixed, **here)
            )

    def test_mean_number_is_the_request(self, name):
        rule = declared("programming", name)
        if "SR(" not in rule.number:
            pytest.skip("no stochastic rounding")
        draw = np.random.default_rng(2)
        for here in situations(rule, 3, 10, most=0.5):
            numbers = np.array(
                [
                    evaluate(
                        rule.number,
                        SR=lambda x: math.floor(x + draw.random()),
                        rand=draw.random,
                        **here,
                    )
                    for _ in range(4000)
                ]
            )
            assert (numbers == np.rint(numbers)).all()
            means = [
                evaluate(rule.number, SR=lambda x: x, rand=lambda: value, **here)
                for value in (0.25, 0.75)
            ]
            assert abs(numbers.mean() - np.mean(means)) <= 4 * numbers.std() / math.sqrt(
                len(numbers)
            )

    def test_a_request_of_nothing_gives_no_pulse(self, name):
        rule = declared("programming", name)
        if rule.transfer:
            pytest.skip("pairs follow what is read of A, whatever is asked at the moment")
        requests = np.random.default_rng(5).normal(0, 0.05, (24, 8))
        requests[2::3] = 0
        G_plus, G_minus = programmed(device_for(rule), rule, requests, (0.4, 0.3), pairs=3)
        for G in (G_plus, G_minus):
            np.testing.assert_array_equal(G[2::3], G[1::3])
        assert np.ptp(G_plus) > 0

    def test_an_event_has_pulses(self, name):
        rule = declared("programming", name)
        if is_for_each_device(rule):
            pytest.skip("its pulses depend on the device")
        pulses = [
            [
                evaluate(code, n=n, **here)
                for code in (rule.potentiation_pulses, rule.depression_pulses)
            ]
            for here in situations(rule, 4, 20)
            for n in (-2, -1, 1, 2)
        ]
        assert np.min(pulses) >= 0 and np.max(pulses) > 0


@pytest.mark.parametrize(
    "name", [name for name in RULES if is_for_each_device(declared("programming", name))]
)
@pytest.mark.parametrize("potentiation", [True, False])
def test_pulses_for_each_device_carry_out_the_request(name, potentiation):
    """Eq. (11) to (13): what each device moves is half of the request in the mean, or as near as
    whole pulses come."""
    rule = declared("programming", name)
    device, caps = device_for(rule), (rule.parameters["cap_P"], rule.parameters["cap_D"])
    code, cap = (
        (rule.potentiation_pulses, caps[0]) if potentiation else (rule.depression_pulses, caps[1])
    )
    for G in conductances(device)[1:-1]:
        for request in (0.002, 0.01, 0.1):
            own = dict.fromkeys(re.findall(r"^\s*(\w+)\s*:", rule.variables, re.MULTILINE), request)
            n = evaluate(
                code,
                SR=lambda x: x,
                dw=request,
                G=G,
                G_max=1.0,
                G_min=device.K,
                **own,
                **rule.parameters,
                needed=lambda dG: needed(device, potentiation, G, dG),
                **{name: device.parameters[name] for name in rule.device_parameters},
            )
            exact = min(needed(device, potentiation, G, request / 2), cap)
            if "floor(" in code:
                assert n == round(n) and abs(n - exact) <= 0.5
            elif "needed(" in code:
                assert n == pytest.approx(exact)
            elif request < 0.01:  # linearised
                assert n == pytest.approx(exact, rel=0.02)


def test_stochastic_rounding_on_a_linear_device_carries_out_the_request():
    """Eq. (7): n pulses on both devices of a pair amid the range move w by the request that n comes
    from."""
    rule, device = declared("programming", "stochastic_rounding"), declared("device", "linear")
    G = (1 + device.K) / 2
    for dw in (-0.05, -0.001, 0.0, 0.02):
        n = evaluate(
            rule.number, SR=lambda x: x, dw=dw, G_max=1.0, G_min=device.K, N=device.parameters["N"]
        )
        w = after(device, n > 0, G, abs(n)) - after(device, n < 0, G, abs(n))
        assert w == pytest.approx(dw, abs=1e-12)
