"""A run starts from another's conductances and classifiers, or a sentence says why it cannot."""

import json
import shutil

import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.job.finished import load_run
from snn_brian.job.job import flags, main

RUN = ["--layers", "7,6", "--target", "numpy", "--batch", "3", "--seed", "4"]


def images(seed, classes=3, shape=(5, 4)):
    random = np.random.default_rng(seed)
    found = {}
    for part, count in (("train", 12), ("test", 6)):
        found[f"x_{part}"] = random.integers(0, 256, (count, *shape), dtype=np.uint8)
        found[f"y_{part}"] = np.arange(count) % classes
    return found


def checkpoint(run, arm="memristive", epoch=1):
    return run / "checkpoints" / arm / f"epoch_{epoch:03d}.npz"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """With data and a run of one epoch."""
    folder = tmp_path_factory.mktemp("start")
    for name, content in (
        ("mine", images(0)),
        ("more", images(0, classes=4)),
        ("wide", images(0, shape=(5, 5))),
    ):
        np.savez(folder / f"{name}.npz", **content)
    given = ["--dataset", folder / "mine.npz", "--epochs", 1, "--out", folder / "begun"]
    main(flags().parse_args([*RUN, *map(str, given)]))
    return folder


@pytest.fixture
def go_on(folder, tmp_path):
    def run(*given, start=None, data="mine", out="run"):
        given = [*given, "--start", start or folder / "begun", "--out", tmp_path / out]
        given = ["--dataset", folder / f"{data}.npz", *given]
        return main(flags().parse_args([*RUN, *map(str, given)]))

    return run


def same(one, two, but=()):
    one, two = (dict(np.load(path)) for path in (one, two))
    for name in one.keys() - {"sha256", "measured_seconds", "counted_seconds", *but}:
        np.testing.assert_array_equal(one[name], two[name], name)


def test_no_epochs_are_a_test_of_what_was_learned(go_on, folder, capsys):
    """Another seed draws other conductances and classifiers, but these are those of the run."""
    run = go_on("--epochs", 0, "--seed", 9)
    for arm in ("memristive", "baseline"):
        now, then = (
            np.load(checkpoint(each, arm, k)) for each, k in ((run, 0), (folder / "begun", 1))
        )
        names = [name for name in then if name.startswith(("G_", "w_", "J_"))]
        assert len(names) == (6 if arm == "memristive" else 4)
        for name in names:
            np.testing.assert_array_equal(now[name], then[name])
        np.testing.assert_array_equal(
            now["measured_test_accuracy"][0], then["measured_test_accuracy"][1]
        )
    assert json.loads((run / "summary.json").read_text())["arms"]["baseline"]["reads"] == 0
    assert (run / "figures" / "accuracy.png").exists()
    assert "memristive: starting from" in capsys.readouterr().out


def test_a_checkpoint_starts_an_arm(go_on, folder):
    run = go_on("--arm", "baseline", "--epochs", 1, start=checkpoint(folder / "begun", "baseline"))
    now, then = (
        np.load(checkpoint(each, "baseline", k)) for each, k in ((run, 0), (folder / "begun", 1))
    )
    np.testing.assert_array_equal(now["w_2"], then["w_2"])
    moved = np.load(checkpoint(run, "baseline"))
    assert np.any(moved["w_2"] != now["w_2"])


def test_resuming_needs_no_start_any_more(folder, go_on, tmp_path):
    start = tmp_path / "start"
    shutil.copytree(folder / "begun", start)
    whole = go_on("--epochs", 2, start=start, out="whole")
    broken = go_on("--epochs", 1, start=start, out="broken")
    config = json.loads((broken / "config.json").read_text())
    assert config["arguments"]["start"] == str(start) and len(config["start"]["baseline"]) == 64
    shutil.rmtree(start)
    main(flags().parse_args(["--resume", str(broken), "--epochs", "2"]))
    for arm in ("memristive", "baseline"):
        same(checkpoint(whole, arm, 2), checkpoint(broken, arm, 2))


def test_other_classes_have_other_classifiers(go_on, capsys):
    run = go_on("--epochs", 1, data="more")
    assert np.load(checkpoint(run))["J_2"].shape == (6, 4)
    assert "memristive: the start has no classifiers for 4 classes; they" in capsys.readouterr().out
    with pytest.raises(UserError, match=r"^--start: J_1 of .* shape \(7, 3\), but .*\(7, 4\)"):
        go_on("--epochs", 0, data="more", out="other")


def test_what_is_another_in_the_network_is_told(go_on, capsys):
    go_on("--epochs", 0, "--set", "encoder.theta=0.25", "--arm", "memristive")
    said = capsys.readouterr().out
    assert "encoder.parameters.theta was 0.5 and is 0.25" in said


DIFFERENT = ["--neuron", "adaptive_threshold", "--set", "neuron.tau_m=normal(20*ms, 5*ms)"]


@pytest.fixture(scope="module")
def differing(folder):
    """A run of neurons that differ."""
    given = ["--dataset", folder / "mine.npz", "--epochs", 1, "--out", folder / "differing"]
    main(flags().parse_args([*RUN, "--arm", "baseline", *DIFFERENT, *map(str, given)]))
    return folder / "differing"


def test_neurons_that_differ_are_those_of_the_start(go_on, differing, capsys):
    """Another seed draws others; a network tested with those would be another one."""
    run = go_on("--epochs", 1, "--seed", 9, "--arm", "baseline", *DIFFERENT, start=differing)
    assert "baseline: neurons have the tau_m of the start" in capsys.readouterr().out
    (now, then), after = (
        [np.load(checkpoint(each, "baseline", k)) for each, k in ((run, 0), (differing, 1))],
        np.load(checkpoint(run, "baseline", 1)),
    )
    assert then["layer_1.tau_m"].std() > 1e-3
    for layer in (1, 2):
        key = f"layer_{layer}.tau_m"
        np.testing.assert_array_equal(now[key], then[key])
        np.testing.assert_array_equal(after[key], then[key])
    np.testing.assert_array_equal(
        now["measured_test_accuracy"][0], then["measured_test_accuracy"][1]
    )
    shown = images(0)
    answered = load_run(run).arms["baseline"].predict(shown["x_test"]).classes[-1]
    right = np.mean(answered == shown["y_test"])
    assert right == pytest.approx(after["measured_test_accuracy"][-1, -1])


def test_neurons_of_another_distribution_are_drawn_anew(go_on, differing, capsys):
    other = [*DIFFERENT[:3], "neuron.tau_m=normal(30*ms, 5*ms)"]
    given = ["--epochs", "1", "--arm", "baseline", *other]
    run = go_on(*given, start=differing)
    assert "begins anew, and is not that of the start: layer_1.tau_m, " in capsys.readouterr().out
    now, then = np.load(checkpoint(run, "baseline", 0)), np.load(checkpoint(differing, "baseline"))
    assert now["layer_1.tau_m"].mean() > then["layer_1.tau_m"].mean() + 4e-3
    checkpoint(run, "baseline", 1).unlink()
    main(flags().parse_args(["--resume", str(run)]))
    again = np.load(checkpoint(run, "baseline", 0))
    np.testing.assert_array_equal(now["layer_1.tau_m"], again["layer_1.tau_m"])


def test_no_epochs_need_a_start(folder):
    with pytest.raises(UserError, match="^--epochs: '0' is not possible; .* from 1 to 999"):
        main(flags().parse_args([*RUN, "--dataset", str(folder / "mine.npz"), "--epochs", "0"]))


def changed(name, change):
    def of(arrays):
        arrays = {key: np.array(each) for key, each in arrays.items() if key != "sha256"}
        arrays[name] = change(arrays[name])
        return {key: each for key, each in arrays.items() if each is not None}

    return of


BAD = [
    (changed("G_plus_2", lambda G: None), "lacks G_plus_2, which the memristive arm needs"),
    (changed("G_plus_1", lambda G: G[:-1]), r"G_plus_1 of .* shape \(19, 7\), but .*\(20, 7\)"),
    (changed("G_plus_1", lambda G: G.astype(int)), "G_plus_1 of .* is int64"),
    (
        changed("G_minus_1", lambda G: G + 1),
        "G_minus_1 of .* from 1.05.* from 0.0488.* to 1, in units",
    ),
    (changed("G_minus_1", lambda G: G * np.nan), "goes from nan to nan, but must be finite"),
    (changed("J_1", lambda J: J * np.inf), "J_1 of .*must be finite"),
    (lambda arrays: dict(arrays) | {"seed": np.int64(9)}, "is damaged: its checksum is another"),
]


@pytest.mark.parametrize("change, said", BAD, ids=[said for _, said in BAD])
def test_a_checkpoint_that_does_not_fit_is_refused(go_on, folder, tmp_path, change, said):
    np.savez(tmp_path / "bad.npz", **change(np.load(checkpoint(folder / "begun"))))
    with pytest.raises(UserError, match=f"^--start: .*{said}"):
        go_on("--arm", "memristive", start=tmp_path / "bad.npz")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "given, how, said",
    [
        ([], dict(start="nowhere"), "is one checkpoint, but there are two arms"),
        (
            ["--arm", "baseline"],
            dict(start="nowhere"),
            "'nowhere' is no run and no .npz or .nir file",
        ),
        (["--layers", "7"], {}, "has more layers than --layers 7"),
        (["--layers", "7,6,5"], {}, "lacks G_plus_3"),
        ([], dict(data="wide"), r"G_plus_1 of .* need floating-point numbers of shape \(25, 7\)"),
        (
            ["--device", "linear", "--set", "device.G_max=600 nS"],
            {},
            "G_max of 6.74e-07 S, but .* 6e-07 S",
        ),
    ],
)
def test_a_run_that_does_not_fit_is_refused(go_on, given, how, said):
    with pytest.raises(UserError, match=f"^--start: .*{said}") as caught:
        go_on(*given, **how)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_a_run_without_the_arm_is_refused(go_on, folder, tmp_path):
    shutil.copytree(folder / "begun", tmp_path / "half")
    shutil.rmtree(tmp_path / "half" / "checkpoints" / "baseline")
    with pytest.raises(UserError, match="^--start: .*half' has no checkpoint of the arm baseline"):
        go_on(start=tmp_path / "half")


def test_what_devices_have_seen_is_not_taken_and_told(go_on, folder, capsys):
    aged = ["--arm", "memristive", "--set", "device.reliability.endurance=1e6"]
    first = go_on(*aged, "--epochs", 1, out="aged")
    capsys.readouterr()
    go_on(*aged, "--epochs", 1, start=first, out="again")
    assert "devices are new, but for their conductances: pulses_seen of the start" in (
        capsys.readouterr().out
    )
