"""Steps along a table, in each target, against a loop written out."""

import subprocess

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, ms, prefs

from snn_brian.crossbar.evaluate import evaluate
from snn_brian.crossbar.tables import TABLE_FUNCTIONS
from snn_brian.simulate.build_cache import FLAGS, compiler

TABLE = [0.05, 0.02, 0.1, 0.3, 0.0]
CALLS = [
    (kind, x, size)
    for x in (-0.2, 0.0, 0.13, 0.5, 0.77, 0.999, 1.0, 1.2)
    for kind, sizes in (("steps", (0, 1, 2, 7, 60)), ("steps_for", (0, 0.01, 0.1, 0.4, 0.9)))
    for size in sizes
]


def step(y):
    return np.interp(y, np.linspace(0, 1, len(TABLE)), TABLE)


def expected(kind, x, size):
    """One step after the other."""
    y, taken = x, 0.0
    while (taken < size if kind == "steps" else y - x < size - 1e-15) and y < 1:
        if taken >= 20_000:
            break
        part = min(1.0, (size - (y - x)) / step(y)) if kind == "steps_for" and step(y) else 1.0
        taken, y = taken + part, min(y + part * step(y), 1) if part == 1 else x + size
    return y - x if kind == "steps" else taken


def code(kind, x, size):
    return f"{kind}_5({x}, {size}, {', '.join(map(str, TABLE))})"


MOST = "steps_2(0, 2e9, 1e-6, 1e-6)", "steps_for_2(0, 0.5, 1e-6, 1e-6)"  # steps at once
# at 0.999 and beyond the last step of this table is hardly one
EXPECTED = [expected(*call) for call in CALLS]


def test_in_numpy():
    found = [float(evaluate(code(*call), {})) for call in CALLS]
    np.testing.assert_allclose(found, EXPECTED, rtol=1e-12, atol=1e-12)
    of_arrays = TABLE_FUNCTIONS["steps_5"].pyfunc(np.array([[0.0], [0.5]]), np.arange(3), *TABLE)
    each = [[expected("steps", x, n) for n in range(3)] for x in (0.0, 0.5)]
    np.testing.assert_allclose(of_arrays, each, rtol=1e-12)


def test_in_cython(tmp_path, monkeypatch):
    monkeypatch.setitem(prefs, "codegen.target", "cython")
    monkeypatch.setitem(prefs, "codegen.runtime.cython.cache_dir", str(tmp_path))
    group = NeuronGroup(len(CALLS), "x : 1\nn : 1\nway : 1\nled : 1\ntaken : 1", dtype=np.float64)
    group.x = [x for _, x, _ in CALLS]
    group.n = group.way = [size for _, _, size in CALLS]
    values = ", ".join(map(str, TABLE))
    group.run_regularly(f"led = steps_5(x, n, {values})\ntaken = steps_for_5(x, way, {values})")
    most = NeuronGroup(1, "led : 1\ntaken : 1", dtype=np.float64)
    most.run_regularly(f"led = {MOST[0]}\ntaken = {MOST[1]}")
    Network(group, most).run(1 * ms, namespace={})
    np.testing.assert_allclose([most.led[0], most.taken[0]], [20_000 * 1e-6, 20_000])
    found = [
        (group.led if kind == "steps" else group.taken)[k] for k, (kind, *_) in enumerate(CALLS)
    ]
    np.testing.assert_allclose(found, EXPECTED, rtol=1e-12, atol=1e-12)


def test_in_cpp(tmp_path):
    functions = [
        TABLE_FUNCTIONS[f"{kind}_{places}"] for kind in ("steps", "steps_for") for places in (2, 5)
    ]
    support = "\n".join(
        each.implementations._implementations["cpp"].get_code(None) for each in functions
    )
    called = [*(code(*call) for call in CALLS), *MOST]
    lines = "\n".join(f'printf("%.17g\\n", {each});' for each in called)
    program = f"#include <cstdio>\n{support}\nint main() {{\n{lines}\nreturn 0;\n}}\n"
    (tmp_path / "main.cpp").write_text(program)
    command = [compiler(), *FLAGS.split(), "main.cpp", "-o", "main"]
    subprocess.run(command, cwd=tmp_path, check=True)
    made = subprocess.run([tmp_path / "main"], capture_output=True, text=True, check=True)
    *found, led, taken = map(float, made.stdout.split())
    np.testing.assert_allclose(found, EXPECTED, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose([led, taken], [20_000 * 1e-6, 20_000])


def test_what_is_no_number_stays_none_and_no_loop_is_endless():
    for x, n in ((np.nan, 3), (0.3, np.nan)):
        assert np.isnan(evaluate(f"steps_2({'x'}, n, 0.1, 0.1)", {"x": x, "n": n}))
    led = float(evaluate("steps_2(0, 2e9, 1e-6, 1e-6)", {}))
    assert led == pytest.approx(20_000 * 1e-6)
    assert float(evaluate("steps_for_2(0, 0.5, 1e-6, 1e-6)", {})) == 20_000


def test_there_are_tables_of_2_to_33_places():
    names = [f"{kind}_{places}" for kind in ("steps", "steps_for") for places in range(2, 34)]
    assert list(TABLE_FUNCTIONS) == names
    assert all(each.stateless for each in TABLE_FUNCTIONS.values())
