"""A run that cannot fit is refused before it starts, with what it needs and what there is."""

import os
from types import SimpleNamespace

import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.check.loading import declarations
from snn_brian.job import resources
from snn_brian.network.layers import Conv
from snn_brian.train.arm import Arm

MEGABYTE = 1_000_000


def declared(kind, name):
    return declarations(kind)[name][0]


def arm(layers=(500,), programming="ternary", **changes):
    weights = declared("device", "TiOx" if programming else "ideal")
    return Arm(
        **dict(
            layers=layers,
            neuron=declared("neuron", "integrate_and_fire"),
            encoder=declared("encoder", "threshold"),
            weights=weights,
            programming=programming and declared("programming", programming),
            optimizer=declared("optimizer", "sgd"),
            loss=declared("loss", "mse"),
            batch=1,
            steps=1,
            eta=None,
            epochs=9,
            seed=0,
        )
        | changes
    )


def images(train, test):
    return SimpleNamespace(
        pixels=784,
        nbytes=784 * (train + test),
        events=0,
        train_labels=np.empty(train, np.int32),
        test_labels=np.empty(test, np.int32),
    )


@pytest.mark.parametrize(
    "given, measured",
    [
        # largest sum of the resident memory of Python and its program while runs/mnist_local.py
        # ran, in MiB
        ([arm((100, 100), optimizer=declared("optimizer", "adam"), batch=100)], 278),
        ([arm((4000, 4000), optimizer=declared("optimizer", "adam"), batch=100)], 1126),
        ([arm((4000, 4000)), arm((4000, 4000), None)], 863),
        ([arm((4000, 4000), weights=declared("device", "TiOx_varied"))], 2598),
        ([arm((4000,), optimizer=declared("optimizer", "adam"), batch=100, target="numpy")], 919),
        ([arm((4000,), None, target="numpy")], 405),
    ],
)
def test_memory_is_predicted_within_a_fifth(given, measured):
    assert resources.memory(given, images(500, 500)) / 2**20 == pytest.approx(measured, rel=0.2)


def test_memory_of_all_of_mnist():
    assert resources.memory([arm((100,), None)], images(60_000, 10_000)) / 2**20 == pytest.approx(
        309, rel=0.2
    )


def convolution(*layers, **changes):
    given = arm(layers, "accumulator", image=(28, 28), batch=100, **changes)
    return given, SimpleNamespace(**vars(images(3, 3)), classes=10)


def test_memory_of_convolutions():
    """Mostly of connections and of classifiers, which hold no weights of pairs."""
    given, shown = convolution(Conv(48, 5), Conv(64, 5, 3), target="numpy")
    assert resources.memory([given], shown) / 2**20 == pytest.approx(462, rel=0.2)


def test_convolutions_beyond_the_machine_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(resources, "available_memory", lambda: 3000 * MEGABYTE)
    for own, said in (
        (dict(target="numpy"), "--layers: conv.100000, kernel=1, stride=1. need about .* GB"),
        (dict(), "--layers: conv.100000, kernel=1, stride=1. need about .* GB of memory"),
    ):
        given, shown = convolution(Conv(100_000, 1), **own)
        with pytest.raises(UserError, match=said):
            resources.check({"memristive": given}, shown, tmp_path)
    given, shown = convolution(Conv(3_000_000, 1))
    with pytest.raises(UserError, match="makes a layer of 2352000000 synapses, but Brian2 can"):
        resources.check({"memristive": given}, shown, tmp_path)


def test_what_can_be_had_is_at_most_the_machine():
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert 0 < resources.available_memory() <= machine


def test_a_network_beyond_the_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(resources, "available_memory", lambda: 300 * MEGABYTE)
    resources.check({"memristive": arm((100,))}, images(20, 10), tmp_path)
    with pytest.raises(
        UserError,
        match=r"^--layers: 9000 need about 5\d\d MB of memory with these models, but 300 MB",
    ):
        resources.check({"memristive": arm((9000,))}, images(20, 10), tmp_path)


@pytest.mark.parametrize(
    "words, said",
    [
        (0, "images need .* by --train and --test.$"),
        (9, "events need .* or fewer --steps than 1.$"),
    ],
)
def test_data_beyond_the_memory_name_what_is_large(tmp_path, monkeypatch, words, said):
    monkeypatch.setattr(resources, "available_memory", lambda: 300 * MEGABYTE)
    large = images(20_000, 10)
    large.nbytes, large.events = 400 * MEGABYTE, words
    with pytest.raises(UserError, match=f"^--train: 20010 .*{said}"):
        resources.check({"memristive": arm((100,))}, large, tmp_path)


def test_more_synapses_than_brian2_can_number_are_refused(tmp_path):
    with pytest.raises(UserError, match="^--layers: 3000000 makes a layer of 2352000000 synapses"):
        resources.check({"memristive": arm((3_000_000,))}, images(3, 2), tmp_path)


def test_a_run_beyond_32_bits_of_time_steps_is_refused(tmp_path):
    resources.check({"memristive": arm((5,), steps=(2**31 - 1) // 3)}, images(3, 2), tmp_path)
    with pytest.raises(
        UserError, match="^--steps: 715827883 is not possible with 3 images; give at most 715827882"
    ):
        resources.check({"memristive": arm((5,), steps=2**31 // 3 + 1)}, images(3, 2), tmp_path)


def test_a_disk_without_room_is_told_with_the_need(tmp_path, monkeypatch):
    """Ten checkpoints of two conductances of 784 x 500 synapses are 31 MB, files of a run 3 times w
    and both: 9 MB."""
    monkeypatch.setattr(
        resources.shutil, "disk_usage", lambda _: SimpleNamespace(free=50 * MEGABYTE)
    )
    resources.check({"memristive": arm()}, images(20, 10), tmp_path)
    monkeypatch.setattr(
        resources.shutil, "disk_usage", lambda _: SimpleNamespace(free=30 * MEGABYTE)
    )
    with pytest.raises(
        UserError,
        match=r"^--out: the run needs about 4\d MB on the disk of .*, but 30 MB are free; make",
    ):
        resources.check({"memristive": arm()}, images(20, 10), tmp_path)


def test_results_that_are_there_need_no_more_room(tmp_path, monkeypatch):
    (tmp_path / "epoch_000.npz").write_bytes(bytes(28 * MEGABYTE))
    monkeypatch.setattr(
        resources.shutil, "disk_usage", lambda _: SimpleNamespace(free=15 * MEGABYTE)
    )
    resources.check({"memristive": arm()}, images(20, 10), tmp_path)


def test_memory_of_arms_at_once_is_that_of_both():
    """What Python takes is there once; a program has the images, and its variables."""
    adam = dict(layers=(4000, 4000), optimizer=declared("optimizer", "adam"), batch=100)
    both, few = [arm(**adam), arm(**adam, programming=None)], images(500, 500)
    alone = [resources.memory([each], few) for each in both]
    shared = resources.PYTHON + resources.LOADED
    assert resources.memory(both, few) == max(alone)
    assert resources.memory(both, few, at_once=2) == pytest.approx(sum(alone) - shared)
    assert resources.memory(both[:1], few, at_once=2) == alone[0]


def test_arms_that_fit_one_after_the_other_but_not_at_once_are_told_so(tmp_path, monkeypatch):
    both = {"memristive": arm((9000,)), "baseline": arm((9000,), None)}
    one, two = (resources.memory(list(both.values()), images(20, 10), k) for k in (1, 2))
    monkeypatch.setattr(resources, "available_memory", lambda: (one + two) / 2)
    resources.check(both, images(20, 10), tmp_path)
    with pytest.raises(UserError, match=r"are free; give smaller layers, or --workers 1\.$"):
        resources.check(both, images(20, 10), tmp_path, at_once=2)


def test_files_of_arms_at_once_are_those_of_both(tmp_path, monkeypatch):
    """Three copies of 784 x 500 weights in checkpoints, and 6 and 2 in files of runs."""
    both = {"memristive": arm(epochs=0), "baseline": arm(programming=None, epochs=0)}
    each = 4 * 784 * 500
    disk = SimpleNamespace(free=(3 + 6 + 1) * each)
    monkeypatch.setattr(resources.shutil, "disk_usage", lambda _: disk)
    resources.check(both, images(20, 10), tmp_path)
    with pytest.raises(UserError, match="--out: the run needs about"):
        resources.check(both, images(20, 10), tmp_path, at_once=2)
