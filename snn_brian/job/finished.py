"""What comes after training: a run's folder as Python objects.

    run = load_run("results/mine")
    run.metrics                                   # pandas
    run.arms["memristive"].predict(images).classes[-1]

A configuration may come from anyone, and a model file is code: that of a run which began with one
is loaded only if it is given again, as in `load_run("results/mine", neuron="leaky.py")`.
"""

import json
import re
from argparse import Namespace
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from snn_brian.base.checkpoints import Damaged, read_checkpoint
from snn_brian.base.errors import UserError, did_you_mean
from snn_brian.data.events import Events
from snn_brian.data.images import Images
from snn_brian.data.own_images import images_in
from snn_brian.job import arguments, confusion, nir_export, receptive_fields, resuming
from snn_brian.job.job import flags
from snn_brian.job.metrics import read_metrics
from snn_brian.job.provenance import configuration, differences
from snn_brian.train.arm import Arm
from snn_brian.train.prediction import Prediction
from snn_brian.train.training import Training

# of a configuration: what does not decide the answers to given images
FREE = ("data", "versions", "start", "random")


@dataclass(frozen=True)
class Run:
    """A run's folder: `configuration` is the content of its config.json, `arms` are the
    `TrainedArm`s by name, `models` the paths of model files that may be loaded, by flag."""

    path: Path
    configuration: dict
    models: dict[str, str]

    @property
    def arms(self) -> dict[str, "TrainedArm"]:
        """The arms that have a checkpoint, by name."""
        found = {name: TrainedArm(self, name) for name in self.configuration["arms"]}
        return {name: arm for name, arm in found.items() if arm.epochs}

    @property
    def metrics(self) -> object:
        """A pandas.DataFrame: a row for each arm, epoch and layer, columns as in metrics.csv.

        Raises
        ------
        UserError
            If pandas is missing, or the run has no metrics yet.
        """
        try:
            import pandas
        except ImportError as error:
            raise UserError(
                "metrics: a frame needs pandas; run `pip install 'snn_brian[pandas]'`, or read "
                f"{self.path / 'metrics.csv'} otherwise."
            ) from error
        try:
            rows = read_metrics(self.path)
        except FileNotFoundError as error:
            raise UserError(
                f"metrics: '{self.path}' has no metrics.csv: no epoch has ended; train on by "
                "--resume."
            ) from error
        frame = pandas.DataFrame(rows)
        numbers = [name for name in frame if name != "arm"]
        frame[numbers] = frame[numbers].apply(pandas.to_numeric)
        return frame

    @cached_property
    def _arms(self):
        """The `Arm` of each arm, as the flags of the run make it."""
        given = dict(self.configuration["arguments"])
        for flag, file in resuming.model_files(given).items():
            if flag not in self.models:
                raise UserError(
                    f"load_run: '{self.path}' was begun with --{flag} {file}; a model file is "
                    "code, and none is run because a configuration says so: if you trust it, give "
                    f"load_run(..., {flag}={file!r})."
                )
        # neither data nor threads are those of the run
        given |= {"dataset": "mnist", "data_root": None, "threads": "1"} | self.models
        arms = arguments.arms(Namespace(**vars(flags().parse_args([])) | given))
        data = self.configuration["data"]
        if "bin_s" not in data:  # images, from whose shape the sizes of convolutions follow
            shape = tuple(data["shape"])
            arms = {name: replace(arm, image=shape) for name, arm in arms.items()}
        begun, now = (
            {name: value for name, value in config.items() if name not in FREE}
            for config in (self.configuration, configuration(arms, _no_images(), given))
        )
        if differ := differences(begun, now):
            raise UserError(
                f"load_run: '{self.path}' cannot be made again as it was: {'; '.join(differ[:3])}; "
                "use the version of snn_brian that made it."
            )
        return arms


@dataclass(frozen=True)
class TrainedArm:
    """One arm of a run, as its checkpoints have it."""

    run: Run
    name: str

    @property
    def epochs(self) -> list[int]:
        """The epochs that have a checkpoint; 0 is before training."""
        folder = self.run.path / "checkpoints" / self.name
        return sorted(int(path.stem[6:]) for path in folder.glob("epoch_[0-9][0-9][0-9].npz"))

    @property
    def arm(self) -> Arm:
        """What it is made of.

        Raises
        ------
        UserError
            If it was made of a model file that is not given again, or of other models of that
            name.
        """
        return self.run._arms[self.name]

    def checkpoint(self, epoch: int | None = None) -> dict[str, np.ndarray]:
        """The arrays of a checkpoint by name, e.g. `G_plus_1` in units of G_max, or `w_1`, of shape
        (inputs, neurons); `J_1` of (neurons, classes).

        Parameters
        ----------
        epoch : int or None
            None: the last one.

        Raises
        ------
        UserError
            If there is none of that epoch, or it is damaged.
        """
        number = self.epochs[-1] if epoch is None else epoch
        path = self.run.path / "checkpoints" / self.name / f"epoch_{number:03d}.npz"
        if number not in self.epochs:
            raise UserError(
                f"epoch: {epoch} of the {self.name} arm of '{self.run.path}' has no checkpoint; "
                f"there are {', '.join(map(str, self.epochs))}."
            )
        try:
            return read_checkpoint(path)
        except Damaged as error:
            raise UserError(
                f"{path} is damaged ({error}); choose another epoch, or train it again by --resume."
            ) from error

    def weights(self, layer: int = 1, epoch: int | None = None) -> np.ndarray:
        """The weights of the chain into a layer, (inputs, neurons); of pairs G_plus - G_minus, in
        units of G_max.

        Raises
        ------
        UserError
            If there is no such layer or epoch.
        """
        arrays = self.checkpoint(epoch)
        if f"w_{layer}" in arrays:
            return arrays[f"w_{layer}"]
        if f"G_plus_{layer}" not in arrays:
            raise UserError(
                f"layer: {layer} has no weights of its own in '{self.run.path}'; give one from 1 "
                f"to {len(self.run.configuration['layers'])}."
            )
        return arrays[f"G_plus_{layer}"] - arrays[f"G_minus_{layer}"]

    def conductances(self, epoch: int | None = None) -> dict[str, np.ndarray]:
        """{`G_plus_1`, `G_minus_1`, ...: conductances in siemens}, float64 (inputs, neurons); of a
        convolution (places in a patch, maps).

        Raises
        ------
        UserError
            If the arm has no devices, or there is no such epoch.
        """
        device = self.run.configuration["arms"][self.name]["device"]
        if "G_max_S" not in device:
            raise UserError(
                f"conductances: the {self.name} arm of '{self.run.path}' has weights without "
                "devices; choose the arm memristive."
            )
        return {
            name: np.asarray(values, np.float64) * device["G_max_S"]
            for name, values in self.checkpoint(epoch).items()
            if re.fullmatch(r"G_(plus|minus)_.*", name)
        }

    def nir_graph(self, epoch: int | None = None) -> dict:
        """The network as a graph of NIR, in plain data, as `snn_brian.job.nir_export` says; its
        `nir_object` makes a nir.NIRGraph of it.

        Raises
        ------
        UserError
            Naming what NIR cannot say, if the arm cannot be made again, or there is no such epoch.
        """
        data = self.run.configuration["data"]
        arrays, pixels = self.checkpoint(epoch), int(np.prod(data["shape"]))
        return nir_export.graph(self.arm, arrays, pixels, data["classes"])

    def write_nir(self, path: str | Path, epoch: int | None = None) -> None:
        """Write the network as a graph of NIR.

        Raises
        ------
        UserError
            As `nir_graph`, if the package nir is missing, or the file cannot be written.
        """
        nir_export.write_graph(path, self.nir_graph(epoch))

    def predict(self, images: object, epoch: int | None = None) -> Prediction:
        """Spikes and classes of every layer for images or events, as
        `snn_brian.train.prediction.predict` gives them, in the target of the run: a compiled one
        may have to be compiled again.

        Parameters
        ----------
        images : array, Images or Events
            Of Images or Events, the test set.
        epoch : int or None
            Of the checkpoint; None: the last one.

        Raises
        ------
        UserError
            If the images do not fit, or the arm cannot be made again.
        """
        arrays, data = self.checkpoint(epoch), self.run.configuration["data"]
        if not isinstance(images, Images | Events):
            images = _shown(images_in(images, tuple(data["shape"]), "predict"), data)
        if list(images.shape) != data["shape"] or bool(images.events) != ("bin_s" in data):
            raise UserError(
                f"predict: '{images.name}' has the shape {tuple(images.shape)}, but this arm was "
                f"trained on {tuple(data['shape'])} of '{data['name']}'; give data of the same "
                "kind and shape."
            )
        training = Training(self.arm, _of_classes(images, data["classes"]))
        try:
            training.adopt(arrays)
        except Damaged as error:
            raise UserError(
                f"'{self.run.path}': a checkpoint of the {self.name} arm is none of it ({error}); "
                "choose another epoch."
            ) from error
        return training.predict()

    @property
    def confusion(self) -> np.ndarray:
        """Test images of each class by what they are taken for, at the end of the run: int
        (layers, label, class).

        Raises
        ------
        UserError
            If the run has not ended.
        """
        return confusion.read(self.run.path, self.name)

    @property
    def accuracy_per_class(self) -> np.ndarray:
        """The share of each class's test images that every layer gets right, (layers, classes); nan
        where there are none.

        Raises
        ------
        UserError
            If the run has not ended.
        """
        counts = self.confusion
        with np.errstate(invalid="ignore"):
            return counts.diagonal(axis1=1, axis2=2) / counts.sum(axis=2)

    def draw_receptive_fields(self, path: str | Path, epoch: int | None = None) -> None:
        """Draw the first layer's weights as pictures into a PNG file.

        Raises
        ------
        UserError
            If the first layer does not see every input by its own weight.
        """
        weights, shape = self.weights(1, epoch), self.run.configuration["data"]["shape"]
        if len(weights) != np.prod(shape):
            raise UserError(
                f"draw_receptive_fields: the first layer of '{self.run.path}' has weights of "
                f"{len(weights)} inputs, which are no image of the shape {tuple(shape)}."
            )
        number = self.epochs[-1] if epoch is None else epoch
        receptive_fields.draw(weights, shape, Path(path), f"{self.name}, epoch {number}")


def load_run(folder: str | Path, **models: str) -> Run:
    """The `Run` in a folder of results.

    Parameters
    ----------
    folder : path
    **models : str
        Paths of the model files with which the run began, by flag, e.g. `neuron="leaky.py"`: code
        that is run, needed for `predict` alone.

    Raises
    ------
    UserError
        If the folder is no run, or there is no such flag.
    """
    known = resuming.MODELS
    for flag in models:
        if flag not in known:
            raise UserError(
                f"load_run: {flag!r} is no flag of a model{did_you_mean(flag, known)}; give one of "
                f"{', '.join(known)}."
            )
    path = Path(folder).expanduser()
    return Run(path, read_configuration(path), dict(models))


def read_configuration(folder: Path) -> dict:
    """The content of a run's `config.json`.

    Raises
    ------
    UserError
        If there is none, or it is none of a run.
    """
    try:
        config = json.loads((folder / "config.json").read_bytes())
        needed = {"arguments": dict, "arms": dict, "data": dict, "layers": list, "epochs": int}
        for name, kind in needed.items():
            if not isinstance(config[name], kind):
                raise ValueError(f"its {name} is none")
        return config
    except OSError as error:
        raise UserError(
            f"'{folder}' is no run: its config.json cannot be read ({error.strerror}); name the "
            "folder of a run, e.g. results/NAME."
        ) from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UserError(
            f"{folder / 'config.json'} is damaged or of another version "
            f"({type(error).__name__}: {error}); name another run."
        ) from error


def _shown(pixels, data):
    """Images of one's own as a test set."""
    labels, nothing = np.zeros(len(pixels), np.int32), np.zeros(0, np.int32)
    shape = tuple(data["shape"])
    return Images(pixels[:0], nothing, pixels, labels, data["classes"], "yours", shape, "")


def _of_classes(images, classes):
    """Data for as many classifier outputs as were trained, however many classes they hold."""
    return images if images.classes == classes else replace(images, classes=classes)


def _no_images():
    nothing = np.zeros((0, 1), np.uint8), np.zeros(0, np.int32)
    return Images(*nothing, *nothing, 0, "", (1,), "")
