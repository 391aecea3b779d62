"""The benchmark measures what it says; how fast anything is, is not tested."""

import json
import os
import sys
from dataclasses import replace

import benchmark  # noqa: E402
import numpy as np
import pytest
from brian2 import Synapses
from peers import growth, report, rounds, variants  # noqa: E402

from snn_brian.base.errors import SimulationFailed, UserError  # noqa: E402
from snn_brian.crossbar.crossbar import Crossbar  # noqa: E402
from snn_brian.job.script import run  # noqa: E402
from snn_brian.network.memristive_pair import MemristivePair  # noqa: E402

RATIOS = {
    "plain_brian2_over_crossbar",
    "torch_autograd_batch1_over_crossbar",
    "torch_manual_batch1_over_crossbar",
    "torch_autograd_batch100_over_crossbar",
    "crossbar_over_handwritten",
    "forward_over_stream",
    "accumulate_over_ternary",
    "counter_over_ternary",
    "adam_over_ternary",
    "one_thread_over_two",
}


def test_peers_take_turns_on_their_core():
    called, before = [], os.sched_getaffinity(0)
    core = max(before)

    def measure(name):
        assert os.sched_getaffinity(0) == {core}
        called.append(name)
        return len(called)

    measured, failed = rounds.take_turns(
        2, {name: lambda name=name: measure(name) for name in "abc"}, [core]
    )
    assert not failed and called == list("abcabc")
    assert measured == {"a": [1, 4], "b": [2, 5], "c": [3, 6]}
    assert os.sched_getaffinity(0) == before


def test_a_peer_that_fails_is_a_row_that_says_so():
    """In the first round, or in a later one; it is not called again, and ends nothing."""
    called = []

    def measure(name, fails_in):
        called.append(name)
        if called.count(name) == fails_in:
            raise SimulationFailed(f"{name} has no arms.")
        return 1.0

    needed = {name for above, below, _ in report.RATIOS.values() for name in (above, below)}
    fails_in = dict.fromkeys(needed, 0) | {report.AIHWKIT: 1, report.PLAIN: 2}
    measures = {name: lambda name=name: measure(name, fails_in[name]) for name in fails_in}
    measured, failed = rounds.take_turns(3, measures, sorted(os.sched_getaffinity(0))[:1])
    assert failed == {name: f"{name} has no arms." for name in (report.AIHWKIT, report.PLAIN)}
    assert measured == {name: [1.0] * 3 for name in needed - {report.PLAIN}}
    assert (called.count(report.AIHWKIT), called.count(report.PLAIN)) == (1, 2)
    found, ranges = report.ratios(measured)
    assert RATIOS - set(found) == {"plain_brian2_over_crossbar"}
    lines = report.tables(
        {
            "ms_per_image": {
                name: rounds.summary(each) | {"images": 5} for name, each in measured.items()
            },
            "failed": failed,
            "ratios": found,
            "ratio_ranges": ranges,
            "costs": dict.fromkeys(report.COSTS, 1.0),
            "skipped": {},
        }
    )
    for name, why in failed.items():
        (row,) = (line for line in lines if line.startswith(f"| {name} "))
        assert row.split("|")[2].strip() == "failed" and f"Failed: {why}" in lines
    (row,) = (line for line in lines if line.startswith("| plain_brian2_over_crossbar "))
    assert row.split("|")[3].strip() == "a peer failed"


def test_summary_holds_median_and_quartiles():
    assert rounds.summary([5, 1, 2, 4, 3]) == {
        "median": 3,
        "low": 2,
        "high": 4,
        "rounds": [5, 1, 2, 4, 3],
    }


def test_reply_is_the_last_line():
    assert rounds.reply(
        "peer", [sys.executable, "-c", "print('warm'); print('{\"ms_per_image\": 2}')"]
    ) == {"ms_per_image": 2}


@pytest.mark.parametrize(
    "code, sentence",
    [
        (
            "import sys; print('no', file=sys.stderr); sys.exit('no memory')",
            "'peer' failed with exit code 1: no memory",
        ),
        ("import os; os._exit(3)", "'peer' failed with exit code 3: it said nothing"),
        ("print('soon')", "'peer' printed no result but 'soon"),
        ("pass", "'peer' printed no result but ''"),
    ],
)
def test_a_peer_that_fails_is_one_sentence(code, sentence):
    with pytest.raises(SimulationFailed, match=sentence):
        rounds.reply("peer", [sys.executable, "-c", code])


def test_ratios_are_of_medians():
    names = {name for above, below, _ in report.RATIOS.values() for name in (above, below)}
    measured = {name: [1.0, 1.0, 1.0] for name in names}
    measured[report.PLAIN] = [40.0, 60.0, 50.0]
    measured[report.CROSSBAR["ternary"]] = [1.0, 2.0, 2.0]
    measured[report.CROSSBAR["adam"]] = [3.0, 3.0, 3.0]
    found, ranges = report.ratios(measured)
    assert set(found) == set(ranges) == RATIOS
    assert found["plain_brian2_over_crossbar"] == 25 and ranges["plain_brian2_over_crossbar"] == (
        25,
        40,
    )
    assert found["crossbar_over_handwritten"] == 2
    assert found["torch_manual_batch1_over_crossbar"] == 0.5
    assert found["adam_over_ternary"] == 1.5
    assert found["forward_over_stream"] == 1


def test_random_images_have_the_activity():
    images = growth.random_images(400, 0.2, 50)
    assert images.train_images.shape == (50, 400) and images.train_images.dtype == np.uint8
    assert set(np.unique(images.train_images)) == {0, 255}
    assert (images.train_images > 0).mean() == pytest.approx(0.2, abs=0.02)
    assert (growth.random_images(100, 1.0, 5).train_images == 255).all()
    assert len(images.test_labels) == 1 and images.train_labels.max() < images.classes


def test_number_of_images_has_limits():
    assert growth.images_for(10, 0.01, seconds=1000) == growth.MOST_IMAGES
    assert growth.images_for(100_000, 1.0, seconds=1) == 20
    assert (
        20
        < growth.images_for(4000, 0.2, seconds=1)
        < growth.images_for(2000, 0.2, seconds=1)
        < growth.MOST_IMAGES
    )


def test_forward_pass_is_all_that_runs(mnist):
    images = mnist(3, 1)
    forward = variants.Forward("ternary", images, layers=(30, 20), target="numpy")
    values = forward.run(["layer_1.U", "layer_2.U", "synapses_1.w", "layer_1.request"]).values
    spikes = {1: images.train_images > 127}
    U = {}
    for l, w in enumerate(forward.weights, 1):
        U[l] = spikes[l].astype(np.float32) @ w
        spikes[l + 1] = U[l] > 0
        np.testing.assert_allclose(values[f"layer_{l}.U"], U[l][-1], atol=1e-5)
    assert forward.bytes_per_image() == pytest.approx(
        4 * (spikes[1].sum() * 30 + spikes[2].sum() * 20) / 3
    )
    np.testing.assert_array_equal(values["synapses_1.w"], forward.weights[0].reshape(-1))
    net = forward.training.simulation.net.network
    assert {each.name for each in net.objects} == {
        "inputs",
        "layer_1",
        "layer_2",
        "synapses_1",
        "synapses_2",
        "watcher",  # which looks when it is asked to
    }
    working = {
        each.name for group in net.objects for each in group.contained_objects if each.active
    }
    working -= {
        f"{group.name}_{part}"
        for group in net.objects
        for part in ("stateupdater", "spike_thresholder")
    }
    assert working == {"start_1", "start_2", "synapses_1_forward", "synapses_2_forward"}


def test_plain_peer_has_no_crossbar(mnist):
    def kinds(training):
        return {
            type(each)
            for each in training.simulation.net.network.objects
            if isinstance(each, Synapses)
        }

    images = mnist(2, 1)
    with variants.plain_synapses():
        plain = variants.training("ternary", images, layers=(6, 5), target="numpy")
    assert not any(issubclass(kind, Crossbar) for kind in kinds(plain))
    ours = variants.training("ternary", images, layers=(6, 5), target="numpy")
    assert kinds(ours) == {Crossbar, MemristivePair}


def test_each_round_starts_from_the_same_weights(training, mnist):
    made = training("ternary", mnist(20, 1), target="numpy")
    before = {key: value.copy() for key, value in made.state.items()}
    assert variants.milliseconds(made) > 0
    assert variants.milliseconds(made) > 0
    for key, value in made.state.items():
        np.testing.assert_array_equal(value, before[key])
    assert made.batches == 0


def test_quick_benchmark(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(
        benchmark,
        "QUICK",
        replace(
            benchmark.QUICK,
            rounds=2,
            images=2,
            slow_images=2,
            plain_images=1,
            job=(1, 1),
            widths=(64,),
            width=64,
            activities=(0.2,),
            growth_rounds=1,
            growth_seconds=0,
            target="numpy",
        ),
    )
    out = tmp_path / "new" / "folder"
    args = benchmark.flags().parse_args(["--quick", "--out", str(out)])
    assert benchmark.main(args) == out
    result = json.loads((out / "benchmark.json").read_text())
    needless = {"one_thread_over_two", "counter_over_ternary"}  # of what is not quick
    assert set(result["ratios"]) == RATIOS - needless
    for name in result["ratios"]:
        above, below, _ = report.RATIOS[name]
        medians = [result["ms_per_image"][peer]["median"] for peer in (above, below)]
        assert result["ratios"][name] == pytest.approx(medians[0] / medians[1])
    assert [point["threads"] for point in result["growth"]["widths"]] == [1]
    assert result["costs"]["cold_build_s"] > 0 and result["costs"]["warm_start_s"] > 0
    assert (out / "benchmark.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(path.name for path in out.iterdir()) == ["benchmark.json", "benchmark.png"]
    printed = capsys.readouterr().out
    (row,) = (line for line in printed.splitlines() if line.startswith("| one_thread_over_two "))
    assert row.split("|")[3].strip() == "not measured"
    assert "hand-written C++, ternary" in printed and "crossbar_over_handwritten" in printed
    with pytest.raises(UserError, match="--out: .* exists"):
        benchmark.main(args)


@pytest.mark.parametrize(
    "arguments, compiler, words",
    [
        (["--rounds", "3"], "g++", "--rounds"),
        (["--quick", "--out", "results"], "no-such-compiler", "no-such-compiler"),
        (["--quick", "--out", ""], "g++", "--out"),
    ],
)
def test_bad_input_ends_with_a_sentence(monkeypatch, tmp_path, capsys, arguments, compiler, words):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["benchmark.py", *arguments])
    monkeypatch.setenv("CXX", compiler)
    with pytest.raises(SystemExit) as end:
        run(benchmark.main, benchmark.flags)
    said = capsys.readouterr().err.strip()
    assert end.value.code == 2 and words in said and len(said.splitlines()) == 1
    assert not any(tmp_path.iterdir())


def test_a_failing_peer_leaves_nothing_behind(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(benchmark, "compile_peers", lambda work: rounds.output("stream", ["false"]))
    monkeypatch.setattr(sys, "argv", ["benchmark.py", "--quick", "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as end:
        run(benchmark.main, benchmark.flags)
    assert end.value.code == 1 and "'stream' failed" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_training_curves_of_plain_synapses_agree_within_the_spread_over_seeds(training, mnist):
    """Sampled pulses in our templates and one draw for each synapse in Brian2's own: other numbers,
    the same learning."""
    images = mnist(1000, 500)

    def curves():
        return np.array(
            [
                [
                    epoch.test_accuracy
                    for epoch in training("ternary", images, seed=seed, epochs=3).epochs()
                ]
                for seed in range(5)
            ]
        )  # seeds, epochs, layers

    ours = curves()
    with variants.plain_synapses():
        plain = curves()
    np.testing.assert_array_equal(ours[:, 0], plain[:, 0])  # before training nothing is random
    error = np.sqrt((ours.var(0, ddof=1) + plain.var(0, ddof=1)) / len(ours))
    assert (abs(ours.mean(0) - plain.mean(0)) <= 4 * error + 0.01).all()
    assert ours[:, -1, 0].mean() > 2 * ours[:, 0, 0].mean()  # it does learn
