"""The same network on tiles of IBM's aihwkit: exponential-step devices in pairs, at most one pulse
per request.

    aihwkit_pair.py IDX_FOLDER COUNT

prints milliseconds per image of training at batch 1, or {"skipped": ...} where aihwkit is not
installed.

Everything that costs time and that this network does without is switched off: spread, noise,
converters, autograd. A pair is aihwkit's OneSidedUnitCell, without refresh: a request potentiates
G_plus or G_minus and nothing is depressed, so each event is one pulse where ours is two. The step
is the library's own fit, not TiOx; the time is that of any fit.

aihwkit 1.2.0, with which this was tried, comes as sources. Building it takes some ten minutes and
OpenBLAS (on Debian or Ubuntu: apt-get install libopenblas-dev), CMake below 4, scikit-build,
pybind11 and mypy, whose stubgen has to be found on the path, in the environment of the benchmark:

    source .venv/bin/activate
    pip install 'cmake<4' scikit-build pybind11 mypy ninja protobuf requests scikit-learn
    pip install --no-build-isolation --no-deps aihwkit==1.2.0
"""

import argparse
import json
import time

ETA, FACTORS, BOX = 0.1, (1.0, 0.3, 0.1), 1.0
WARM_UP = 20


def pair_config():
    from aihwkit.simulator.configs import (
        ExpStepDevice,
        IOParameters,
        OneSidedUnitCell,
        UnitCellRPUConfig,
        UpdateParameters,
    )

    device = ExpStepDevice(
        dw_min=0.03,
        dw_min_dtod=0.0,
        dw_min_std=0.0,
        up_down_dtod=0.0,
        w_max_dtod=0.0,
        w_min_dtod=0.0,
    )
    one_pulse = UpdateParameters(desired_bl=1, update_bl_management=False, update_management=False)
    return UnitCellRPUConfig(
        device=OneSidedUnitCell(unit_cell_devices=[device], refresh_every=0),
        forward=IOParameters(is_perfect=True),
        update=one_pulse,
    )


def present(tiles, classifiers, spike_inputs, label):
    """One image forward and its update, by tile calls; a tile's update is w -= rate * delta S^T."""
    S = spike_inputs
    for tile, J in zip(tiles, classifiers):
        U = tile.joint_forward(S)
        S_out = U.gt(0).to(U.dtype)
        err = (S_out @ J).softmax(1)
        err[0, label] -= 1.0
        tile.update(S, (err @ J.T).mul_(U.abs().lt(BOX)))
        S = S_out


def measure(idx_folder, count):
    import torch
    from aihwkit.simulator.tiles.analog import AnalogTile
    from torch_local import random_network, read_images

    torch.set_num_threads(1)
    spikes, labels = read_images(idx_folder, count)
    images = list(zip(spikes.split(1), labels.tolist()))
    weights, classifiers = random_network(torch.Generator().manual_seed(1))
    tiles = []
    for w, factor in zip(weights, FACTORS):
        tile = AnalogTile(w.shape[1], w.shape[0], pair_config())
        tile.tile.set_weights(w.T.contiguous())
        tile.set_learning_rate(ETA * factor)
        tiles.append(tile)
    with torch.no_grad():
        for image in images[:WARM_UP]:
            present(tiles, classifiers, *image)
        start = time.perf_counter()
        for image in images:
            present(tiles, classifiers, *image)
    return {"ms_per_image": 1e3 * (time.perf_counter() - start) / len(images)}


def main(args):
    try:
        import aihwkit  # noqa: F401
    except ModuleNotFoundError:
        result = {"skipped": "aihwkit is not installed"}
    else:
        result = measure(args.idx_folder, args.count)
    print(json.dumps(result))
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("idx_folder", help="folder of the uncompressed MNIST idx files")
    parser.add_argument("count", type=int, help="training images")
    main(parser.parse_args())
