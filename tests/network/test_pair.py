"""What the code of a pair does to one of them, in numbers: reads, pulses, time without pulses."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import ms, nS, ohm, volt
from hypothesis import given, settings
from hypothesis import strategies as st

from snn_brian.check.loading import load, names
from snn_brian.crossbar.evaluate import carry_out, evaluate
from snn_brian.declarations import Law, Programming, Reliability
from snn_brian.device.wires import Wires
from snn_brian.network.pair import Pair, internal, is_for_each_device, uses_inverse
from snn_brian.physics import depressed, potentiated

TIOX, TERNARY = load("device", "TiOx"), load("programming", "ternary")
K, ALPHA_P, ALPHA_D = 32.95 / 674, 0.03058, 0.3534
WIRES = Wires(100 * ohm)
READ = replace(TIOX, read_voltage=0.1 * volt, read_time=1 * ms)
ASKED = Programming(name="asked", reference="", number="dw", learning={})
UNEVEN = replace(ASKED, potentiation_pulses="2*abs(n)", depression_pulses="3*abs(n)")
G = dict(G_plus=0.7, G_minus=0.4, w=0.3, w_wired=0.25, reach_plus=0.9, reach_minus=0.8)
COUNTS = dict.fromkeys(("pulses_P", "pulses_D", "load_P", "load_D", "reads", "load_R"), 10.0)


def drawing(code):
    """With the numbers that are drawn as a symbol."""
    return code.replace("randn()", "drawn").replace("rand()", "coin")


@pytest.mark.parametrize("signal", ["", "0.5"])
@pytest.mark.parametrize("wires", [None, WIRES])
@pytest.mark.parametrize("noise", [0.0, 0.1])
@pytest.mark.parametrize("device", [TIOX, READ])
def test_a_read_sees_what_reaches_the_column_with_one_draw_and_costs_energy(
    device, noise, wires, signal
):
    pair = Pair(replace(device, read_noise=noise), TERNARY, wires)
    values = G | COUNTS | dict(a=1.0, b=2.0, drawn=3.0, device_read_noise=noise)
    found = carry_out(drawing(pair.read("a += w\nb -= 2*w", signal)), values)
    plus, minus = (0.9 * 0.7, 0.8 * 0.4) if wires else (0.7, 0.4)
    seen = (0.25 if wires else 0.3) + 3 * noise * np.hypot(plus, minus)
    assert found["a"] == pytest.approx(1 + seen) and found["b"] == pytest.approx(2 - 2 * seen)
    cost = (0.7 + 0.4) * float(signal or 1) ** 2 if device is READ else 0
    assert found["load_R"] == pytest.approx(10 + cost)
    assert found["w"] == 0.3
    assert pair.read("a += 1", signal) == "a += 1"


def programmed(pair, n, start, **more):
    """Values after the code of `n` pulses."""
    values = pair.parameters | COUNTS | start | dict(n=n, drawn=0.0, coin=0.0) | more
    return carry_out(drawing(pair.program("dw").code), values)


places = st.floats(K, 1)


@given(st.integers(-3, 3), places, places, st.booleans())
@settings(max_examples=60, deadline=None)
def test_pulses_follow_the_law_and_are_counted_and_paid(n, plus, minus, wired):
    """2 for each that is asked for up, 3 down, in the device that goes there."""
    pair = Pair(TIOX, UNEVEN, WIRES if wired else None)
    start = G | dict(G_plus=plus, G_minus=minus, w=plus - minus)
    found = programmed(pair, n, start)
    before = {"plus": plus, "minus": minus}
    up, down = ("plus", "minus") if n > 0 else ("minus", "plus")
    rises, falls = 2 * abs(n), 3 * abs(n)
    after = {
        up: potentiated(before[up], rises, 1, ALPHA_P),
        down: depressed(before[down], falls, K, ALPHA_D),
    }
    for side in after:
        assert found[f"G_{side}"] == pytest.approx(after[side])
    w = after["plus"] - after["minus"]
    assert found["w"] == pytest.approx(w)
    assert found["moved"] == pytest.approx(w - (plus - minus), abs=1e-12)
    assert (found["pulses_P"], found["pulses_D"]) == (10 + rises, 10 + falls)
    assert found["load_P"] == pytest.approx(10 + rises * (before[up] + after[up]) / 2)
    assert found["load_D"] == pytest.approx(10 + falls * (before[down] + after[down]) / 2)
    reach = [0.9 * (after["plus"] - plus), 0.8 * (after["minus"] - minus)]
    moved = reach[0] - reach[1] if wired else 0
    assert found["w_wired"] == pytest.approx(0.25 + moved)


@pytest.mark.parametrize("n", [3e9, -3e9, 2e9])
def test_more_pulses_than_are_counted_make_the_load_infinite(n):
    found = programmed(Pair(TIOX, ASKED), n, G)
    assert np.isinf(found["load_P"]) and np.isinf(found["load_D"])
    few = programmed(Pair(TIOX, ASKED), 2e9 - 1, G)
    assert np.isfinite(few["load_P"]) and np.isfinite(few["load_D"])


@pytest.mark.parametrize("coin, way", [(0.4, "D"), (0.5, "P"), (0.6, "P")])
@pytest.mark.parametrize("n", [2, -2])
def test_of_one_device_at_random_a_coin_decides(n, coin, way):
    found = programmed(Pair(TIOX, replace(UNEVEN, devices="one at random")), n, G, coin=coin)
    given = {"P": 4 * (way == "P"), "D": 6 * (way == "D")}
    assert {w: found[f"pulses_{w}"] - 10 for w in "PD"} == given
    assert np.sign(found["moved"]) == np.sign(n)


@given(st.sampled_from([1, -1, 2, -2]), places, places)
@settings(max_examples=60, deadline=None)
def test_of_the_device_that_moves_further_only_that_one_does(n, plus, minus):
    rule = replace(UNEVEN, devices="the one that moves")
    found = programmed(Pair(TIOX, rule), n, G | dict(G_plus=plus, G_minus=minus, w=plus - minus))
    up, down = (plus, minus) if n > 0 else (minus, plus)
    rise = potentiated(up, 2 * abs(n), 1, ALPHA_P) - up
    fall = down - depressed(down, 3 * abs(n), K, ALPHA_D)
    if abs(rise - fall) < 1e-9:
        return
    assert found["pulses_P"] - 10 == 2 * abs(n) * (rise > fall)
    assert found["pulses_D"] - 10 == 3 * abs(n) * (rise < fall)
    assert found["moved"] == pytest.approx(np.sign(n) * max(rise, fall), abs=1e-9)


@pytest.mark.parametrize("n", [2, -2])
def test_where_both_would_move_as_far_the_one_that_rises_does(n):
    rule = replace(UNEVEN, devices="the one that moves", depression_pulses="abs(n)")
    found = programmed(Pair(AGED, rule), n, G | dict(age_plus=1.0, age_minus=1.0))
    assert (found["pulses_P"] - 10, found["pulses_D"] - 10) == (4, 0)


@pytest.mark.parametrize("n", [2, -2, 0])
def test_noise_of_pulses_goes_with_the_root_of_their_number_and_with_the_law_s_factor(n):
    law = replace(TIOX.law, noise="2 + rises + G")
    noisy = Pair(replace(TIOX, cycle_to_cycle=0.01, law=law), UNEVEN)
    quiet = programmed(noisy, n, G, drawn=0.0)
    found = programmed(noisy, n, G, drawn=1.0)
    up = {"plus": n > 0, "minus": n < 0}
    for side, start in (("plus", 0.7), ("minus", 0.4)):
        pulses = 2 * abs(n) if up[side] else 3 * abs(n)
        spread = 0.01 * (2 + up[side] + start) * (1 - K) * np.sqrt(pulses)
        assert found[f"G_{side}"] - quiet[f"G_{side}"] == pytest.approx(spread)


AGING = Law(
    name="aging",
    reference="",
    variables="age : 1",
    before="step = 0.01*(1 + age)",
    potentiation="step*n",
    depression="2*step*n",
    after_pulses="age += 10*n",
    relaxation="G = G*exp(-rest/10); age = age - rest",
    highest="G_max - 0.01*age",
    lowest="G_min + 0.001*age",
    parameters=(),
)
AGED = replace(TIOX, law=AGING, parameters={})


@pytest.mark.parametrize("n", [2, -2])
def test_a_device_with_a_state_of_its_own_has_two(n):
    """And a range that follows it."""
    start = G | dict(age_plus=1.0, age_minus=3.0)
    found = programmed(Pair(AGED, UNEVEN), n, start)
    up, down = ("plus", "minus") if n > 0 else ("minus", "plus")
    ages = {up: start[f"age_{up}"] + 40, down: start[f"age_{down}"] + 60}
    to = {
        up: start[f"G_{up}"] + 4 * 0.01 * (1 + start[f"age_{up}"]),
        down: start[f"G_{down}"] - 6 * 2 * 0.01 * (1 + start[f"age_{down}"]),
    }
    for side in ("plus", "minus"):
        assert found[f"age_{side}"] == ages[side]
        ends = K + 0.001 * ages[side], 1 - 0.01 * ages[side]
        assert found[f"G_{side}"] == pytest.approx(np.clip(to[side], *ends))


@pytest.mark.parametrize("wires", [None, WIRES])
def test_a_time_without_pulses_moves_both_devices_and_what_is_seen_of_them(wires):
    start = G | dict(age_plus=1.0, age_minus=3.0, given=2.0) | Pair(AGED, ASKED).parameters
    found = carry_out(Pair(AGED, ASKED, wires).relax("2*given"), start)
    after = {
        side: np.clip(G[f"G_{side}"] * np.exp(-0.4), K + 0.001 * (age - 4), 1 - 0.01 * (age - 4))
        for side, age in (("plus", 1), ("minus", 3))
    }
    for side, age in (("plus", 1), ("minus", 3)):
        assert found[f"G_{side}"] == pytest.approx(after[side]) and found[f"age_{side}"] == age - 4
    assert found["w"] == pytest.approx(after["plus"] - after["minus"])
    moved = 0.9 * (after["plus"] - 0.7) - 0.8 * (after["minus"] - 0.4)
    assert found["w_wired"] == pytest.approx(0.25 + (moved if wires else 0))


def test_a_rule_that_reads_sees_the_device_that_moves_and_how_many_pulses_it_needs():
    """An inverse of the declared law, of the device that goes there."""
    rule = replace(
        ASKED,
        number="dw",
        prepare="doubled = 2*abs(dw)",
        potentiation_pulses="floor(needed(doubled) + G)",
        depression_pulses="floor(needed(abs(dw)))",
        reads="3*u",
        finish="left = n",
        parameters=dict(u=2.0),
    )
    pair = Pair(TIOX, rule)
    assert is_for_each_device(rule) and uses_inverse(rule)
    assert not is_for_each_device(ASKED) and not uses_inverse(ASKED)
    assert is_for_each_device(replace(ASKED, potentiation_pulses="SR(abs(dw))"))
    asked = pair.program("request_post", "request_post = given")
    for dw, up, down in ((0.12, 0.7, 0.4), (-0.12, 0.4, 0.7), (0.0, 0.7, 0.4)):
        values = pair.parameters | G | COUNTS | dict(given=dw)
        found = carry_out(asked.prepare, values)
        n = evaluate(asked.number, found)
        if dw == 0:
            assert n == 0 and found["reads"] == 10
            continue
        rises = np.floor(-np.log(1 - 2 * abs(dw) / (1 - up)) / ALPHA_P + up)
        falls = np.floor(-np.log(1 - abs(dw) / (down - K)) / ALPHA_D)
        assert (found["n_P"], found["n_D"]) == (rises, falls)
        assert n == (dw if rises + falls > 0 else 0) and found["reads"] == 16
        after = carry_out(asked.code, found | dict(n=n))
        assert after["pulses_P"] == 10 + rises and after["rule_left"] == n


VARIED = replace(TIOX, device_to_device=dict(G_max=0.01, alpha_P=0.2))
TIKI, ONLY_UP = load("programming", "tiki_taka"), load("programming", "potentiation_only")
COUNTERS = ("pulses_P", "pulses_D", "load_P", "load_D", "reads")
REFRESHED = ("erasing_pulses", "refresh_pulses", "refresh_reads")
WIRED = ("reach_plus", "reach_minus", "w_wired")


@pytest.mark.parametrize(
    "pair, state, counters",
    [
        (Pair(TIOX, TERNARY), ("w", "G_plus", "G_minus"), COUNTERS),
        (Pair(READ, TERNARY), ("w", "G_plus", "G_minus"), (*COUNTERS, "load_R")),
        (Pair(TIOX, TERNARY, WIRES), ("w", "G_plus", "G_minus", *WIRED), COUNTERS),
        (Pair(AGED, TIKI), ("w", "G_plus", "G_minus", "G_A", "age_plus", "age_minus", "age_A"),
         COUNTERS),
        (Pair(TIOX, ONLY_UP), ("w", "G_plus", "G_minus", "chi"), (*COUNTERS, *REFRESHED)),
    ],
)  # fmt: skip
def test_what_a_pair_keeps_and_counts(pair, state, counters):
    assert pair.state == state and pair.counters == counters
    assert pair.transfers == ("G_A" in state) and pair.refreshes == ("refresh_reads" in counters)
    assert pair.relaxes == ("age_plus" in state)
    declared = {line.split(" : ")[0] for line in pair.model.splitlines()}
    assert declared == {*state, *pair.parameters, *pair.spreads, *pair.references}


def test_devices_that_differ_have_names_of_their_own():
    sides = ("plus", "minus")
    names = {f"G_max_{side}": "G_max" for side in sides}
    names |= {f"device_alpha_P_{side}": "alpha_P" for side in sides}
    assert Pair(VARIED, TERNARY).spreads == names and Pair(VARIED, TERNARY).references == ()
    own = Pair(VARIED, TIKI)
    assert own.spreads == names | {"G_max_A": "G_max", "device_alpha_P_A": "alpha_P"}
    assert own.references == ("reference_A",) and "reference_A" not in own.parameters
    alike = Pair(TIOX, TIKI)
    assert alike.references == () and alike.spreads == {}
    # where a pulse up and one down are as large: Gokmen and Haensch 2020
    up, down = (1 - np.exp(-alpha) for alpha in (ALPHA_P, ALPHA_D))
    assert alike.parameters["reference_A"] == pytest.approx((up + down * K) / (up + down), rel=1e-3)
    assert "reference_A" not in Pair(TIOX, TERNARY).parameters
    assert (internal("G_max"), internal("alpha_P"), internal("alpha_P", "plus")) == (
        "G_max", "device_alpha_P", "device_alpha_P_plus"
    )  # fmt: skip


def test_parameters_are_those_of_device_rule_and_wires():
    rule = replace(ONLY_UP, erase_pulses=3)
    found = Pair(replace(TIOX, read_noise=0.1, cycle_to_cycle=0.2), rule, WIRES).parameters
    expected = dict(G_max=1, G_min=K, device_alpha_P=ALPHA_P, device_alpha_D=ALPHA_D)
    expected |= dict(device_cycle_to_cycle=0.2, device_read_noise=0.1, rule_erase_pulses=3)
    expected |= {f"rule_{name}": value for name, value in rule.parameters.items()}
    expected |= dict(line_resistance=100 * 674e-9, tile_rows=2**24, tile_columns=2**24)
    assert found == pytest.approx(expected)
    tiled = Pair(TIOX, TERNARY, Wires(100 * ohm, (8, 16))).parameters
    assert (tiled["tile_rows"], tiled["tile_columns"]) == (8, 16)
    assert (
        "rule_erase_pulses" not in tiled and "line_resistance" not in Pair(TIOX, ASKED).parameters
    )


def test_reliability_is_part_of_the_law():
    worn = Pair(replace(TIOX, reliability=Reliability(drift=0.05, endurance=1e3)), TERNARY)
    assert worn.relaxes and not Pair(TIOX, TERNARY).relaxes
    assert {"since_plus", "pulses_seen_minus"} < set(worn.state)
    assert worn.device.G_max == 674 * nS


@pytest.mark.parametrize("device", [TIOX, AGED, replace(TIOX, cycle_to_cycle=0.01)])
@pytest.mark.parametrize("name", names("programming"))
def test_a_rule_that_counts_by_itself_does_so_first_and_moves_nothing_until_it_gives(name, device):
    """Of the declared rules, those that count what was drawn do."""
    rule = load("programming", name)
    if rule.transfer:
        return
    pulses = Pair(device, rule).program("dw")
    assert bool(pulses.given) == bool(pulses.first) == name.startswith("counter")
    if not pulses.given:
        return
    start = Pair(device, rule).parameters | COUNTS | G | dict(age_plus=1.0, age_minus=2.0)
    for c, n, full in ((3.0, 1, False), (rule.parameters["M"] - 1, 1, True), (3.0, -1, False)):
        first = carry_out(drawing(pulses.first), start | dict(c=c, n=n, coin=0.7, drawn=0.0))
        assert bool(evaluate(pulses.given, first)) == full
        assert first["c"] == (0 if full else c + n)
        found = carry_out(drawing(pulses.code), first)
        assert (found["pulses_P"] > 10) == full
        if not full:
            same = ("G_plus", "G_minus", "w", "age_plus", "age_minus", *COUNTS)
            assert {each: found[each] for each in same} == pytest.approx(
                {each: start[each] for each in same}, abs=1e-15
            )


@pytest.mark.parametrize(
    "change",
    [
        dict(finish="c = (c + moved)*int(abs(c + n) < M)"),
        dict(potentiation_pulses="int(abs(c + n) >= M*G_max)"),
        dict(potentiation_pulses="1", depression_pulses="1"),
        dict(devices="the one that moves"),
    ],
)
def test_a_rule_that_needs_more_to_count_does_so_with_the_pulses(change):
    pulses = Pair(TIOX, replace(load("programming", "counter"), **change)).program("dw")
    assert (pulses.first, pulses.given) == ("", "") and "c = " in pulses.code
