"""From what a user typed to an `Arm`, with every value checked before anything long starts."""

import os
import re
import warnings
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from brian2 import Quantity, second

from snn_brian.base.errors import DeclarationWarning, UserError, did_you_mean
from snn_brian.check.kinds import KINDS, Kind
from snn_brian.check.loading import declarations, is_shipped, load
from snn_brian.check.overrides import OF_BOTH_ARMS, assignments, overridden, quantity
from snn_brian.check.rule_together import check_rule
from snn_brian.check.time_step import coarse_step
from snn_brian.check.together import check_shared, check_together, idle
from snn_brian.data import datasets
from snn_brian.declarations import Device, Optimizer, Programming, Weight
from snn_brian.device.reliability import as_law
from snn_brian.device.response import after
from snn_brian.device.symmetry import symmetry_point
from snn_brian.job.layers import MOST, layers
from snn_brian.job.wires import wires
from snn_brian.network.pair import Pair, names, uses_inverse
from snn_brian.simulate.simulation import TARGETS
from snn_brian.train.arm import PROGRAMS, Arm

ARMS = ("both", "memristive", "baseline")
UNITS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}  # in nanoseconds
# seconds
WAITS = {"s": 1, "second": 1, "min": 60, "h": 3600, "hour": 3600, "day": 86400, "year": 31557600}
LEAST_ERASED = 0.1  # of the range, where erasing pulses may leave a device
MOST_EPOCHS = 999  # checkpoints are numbered with three digits


def one_of(flag: str, text: str, allowed: Sequence[str]) -> str:
    """`text` if it is allowed.

    Raises
    ------
    UserError
        Naming the flag, the value and what is allowed.
    """
    if text not in allowed:
        near = did_you_mean(text, allowed)
        raise UserError(f"{flag}: {text!r} is unknown{near}; choose one of {', '.join(allowed)}.")
    return text


def whole(flag: str, text: str, least: int = 1, most: int = MOST) -> int:
    """The whole number in `text`.

    Raises
    ------
    UserError
        If it is none, or is less or more than allowed.
    """
    try:
        number = int(text)
    except ValueError:
        number = None
    if number is None or not least <= number <= most:
        raise UserError(
            f"{flag}: {text!r} is not possible; give a whole number from {least} to {most}."
        )
    return number


def real(flag: str, text: str) -> float:
    """The positive number in `text`.

    Raises
    ------
    UserError
        If it is none, or beyond the range of float32.
    """
    try:
        number = float(text)
    except ValueError:
        number = np.nan
    limits = np.finfo(np.float32)
    if not float(limits.tiny) <= number <= float(limits.max):
        raise UserError(
            f"{flag}: {text!r} is not possible; give a number above 0 that float32 can hold, "
            "e.g. 0.01."
        )
    return number


def duration(flag: str, text: str) -> Quantity:
    """The time above 0 in a text such as "0.5ms".

    Raises
    ------
    UserError
        If it is none.
    """
    found = quantity(text)
    if found is None or found.dim is not second.dim or not 0 < float(found) < np.inf:
        raise UserError(
            f"{flag}: {text!r} is not possible; give a time above 0 with its unit, e.g. 0.5ms."
        )
    return found


def waiting(flag: str, text: str) -> Quantity:
    """The time from 0 in a text such as "10s", "2h", "1day" or "10years".

    Raises
    ------
    UserError
        If it is none.
    """
    found = re.fullmatch(r"\s*(\d+\.?\d*(?:e\d+)?)\s*([a-z]+?)s?\s*", text) or [None, "nan", ""]
    seconds = float(found[1]) * WAITS.get(found[2] or "s", np.nan)
    if not 0 <= seconds < np.inf:
        raise UserError(
            f"{flag}: {text!r} is not possible; give a time with its unit, one of "
            f"{', '.join(WAITS)}, e.g. 1day."
        )
    return seconds * second


def nanoseconds(flag: str, text: str) -> int:
    """The whole nanoseconds in a duration such as 1ms or 2.5 us.

    Raises
    ------
    UserError
        If it is none, or longer than 32 bits can count.
    """
    found = re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,9})?)\s*(s|ms|us|ns)\s*", text)
    number = Fraction(found[1]) * UNITS[found[2]] if found else Fraction(0)
    if not 1 <= number <= MOST or number.denominator != 1:
        raise UserError(
            f"{flag}: {text!r} is not possible; give a time of whole nanoseconds, up to 2 s, with "
            "its unit, e.g. 1ms or 500us."
        )
    return int(number)


def declared(kind: Kind, args: Namespace) -> object:
    """The declaration of a `Kind` that its flag names.

    Raises
    ------
    UserError
        If there is none, or for what is wrong in a file.
    """
    try:
        return load(kind.word, getattr(args, kind.flag))
    except UserError as error:
        raise UserError(f"--{kind.flag}: {str(error).removeprefix(kind.noun + ' ')}") from error


def counts(args: Namespace) -> dict[str, int | None]:
    """The numbers of images asked for by `--train`, `--test`, `--validation`, None for all or no
    validation.

    Raises
    ------
    UserError
        For a value that is no whole number, or less than 1.
    """
    return {
        name: None if text is None else whole(f"--{name}", text)
        for name, text in (
            ("train", args.train),
            ("test", args.test),
            ("validation", args.validation),
        )
    }


def arms(args: Namespace) -> dict[str, Arm]:
    """The `Arm` of each arm that is asked for, by name.

    Parameters
    ----------
    args : argparse.Namespace
        The flags of `runs/mnist_local.py`, as text.

    Raises
    ------
    UserError
        For any value that is not possible.
    """
    datasets.check(args.dataset)
    if args.data_root is not None and datasets.is_own(args.dataset):
        raise UserError(
            f"--data-root: '{args.data_root}' does not go with --dataset '{args.dataset}', which "
            "names its own file; leave one of the two flags out."
        )
    if args.data_root is not None and not Path(args.data_root).expanduser().is_dir():
        raise UserError(
            f"--data-root: '{args.data_root}' is no folder; name the one that holds the data in "
            "torchvision's layout, or make it for a download."
        )
    one_of("--arm", args.arm, ARMS)
    eta = None if args.eta is None else real("--eta", args.eta)
    common = dict(
        layers=layers("--layers", args.layers),
        batch=whole("--batch", args.batch),
        program=one_of("--program", args.program, PROGRAMS),
        steps=whole("--steps", args.steps),
        dt=duration("--dt", args.dt),
        rest=waiting("--rest", args.rest),
        # without a start, nothing would have been learned
        epochs=whole("--epochs", args.epochs, least=0 if args.start else 1, most=MOST_EPOCHS),
        seed=whole("--seed", args.seed, least=0),
        target=one_of("--target", args.target, TARGETS),
        threads=whole(
            f"--threads with --target {args.target}",
            args.threads,
            most=os.cpu_count() if args.target == "cpp_standalone" else 1,
        ),
        **{kind.field: declared(kind, args) for kind in KINDS.values() if kind.of_both_arms},
        piece=None
        if args.checkpoint_every is None
        else whole("--checkpoint-every", args.checkpoint_every),
    )
    check_together(common["neuron"], common["synapse"], common["encoder"])
    check_shared(common["synapse"], common["layers"])
    if not is_shipped("neuron", args.neuron):  # the shipped ones are models of whole steps
        told = coarse_step(common["neuron"], float(common["dt"]))
        if told:
            warnings.warn(f"--neuron: {told}.", DeclarationWarning, stacklevel=2)
    if common["piece"] and common["piece"] % common["batch"]:
        raise UserError(
            f"--checkpoint-every: {common['piece']} is no multiple of --batch {common['batch']}; "
            f"give one, e.g. {-(-common['piece'] // common['batch']) * common['batch']}."
        )
    device, rule = (declared(KINDS[kind], args) for kind in ("device", "programming"))
    lines = wires(args)
    found = {}
    changes = assignments(args.set)
    if eta is not None and "learning.eta" in changes:
        raise UserError(
            f"--eta: {args.eta} and --set learning.eta={changes['learning.eta']} are the same "
            "number; keep one."
        )
    _check_effect(changes, common["neuron"], common["synapse"])
    shared = {name: text for name, text in changes.items() if name.split(".")[0] in OF_BOTH_ARMS}
    if args.arm != "baseline":
        _check_is_device(device)
        check_learning("--programming", rule, common["optimizer"])
        own = dict(weights=device, programming=rule, eta=eta, wires=lines)
        memristive = overridden(Arm(**own, **common), changes)
        check_fit(memristive.weights, memristive.programming, memristive.optimizer)
        check_rest(memristive)
        found["memristive"] = memristive
    if args.arm != "memristive":
        weight = device if isinstance(device, Weight) else load("device", "ideal")
        check_learning("--device", weight, common["optimizer"])
        alone = args.arm == "baseline"
        found["baseline"] = overridden(
            Arm(weights=weight, programming=None, eta=eta if alone else None, **common),
            changes if alone else shared,
        )
    for arm in found.values():
        check_plasticity(args, arm)
        # how many neurons convolutions have, the images decide
        check_network(args.network, replace(arm, layers=(1,) * len(arm.layers)))
    return found


def check_plasticity(args: Namespace, arm: Arm) -> None:
    """That a learning rule without a teacher goes together with the flags and the rest of the arm.

    Raises
    ------
    UserError
        If there is an optimizer, a batch or a learning rate, which it does not have, and as
        `check_rule`.
    """
    rule = arm.rule
    if rule is None:
        return
    for flag, wanted in (("optimizer", "sgd"), ("batch", "1"), ("program", "step")):
        if (given := getattr(args, flag)) != wanted:
            raise UserError(
                f"--{flag}: {given!r} does not go with --learning {rule.name}, which requests at "
                f"each spike; give --{flag} {wanted}."
            )
    if args.eta is not None:
        raise UserError(
            f"--eta: {args.eta!r} is of local classifiers; change the rates of --learning "
            f"{rule.name} by --set, e.g. plasticity.{next(iter(rule.parameters), 'initial')}=..."
        )
    try:
        check_rule(arm)
    except UserError as error:
        raise UserError(f"--learning: {str(error).removeprefix('learning rule ')}") from error


def workers(args: Namespace, arms: Mapping[str, Arm]) -> int:
    """How many arms are trained at once: as many as there are cores for, unless --workers says
    otherwise.

    Raises
    ------
    UserError
        If more than one are asked for in a runtime target, where Brian2 runs one network at a time.
    """
    compiled = args.target == "cpp_standalone"
    if args.workers is not None:
        most = MOST if compiled else 1
        return min(
            len(arms), whole(f"--workers with --target {args.target}", args.workers, most=most)
        )
    cores = len(os.sched_getaffinity(0)) // int(args.threads) if compiled else 1
    return min(len(arms), max(1, cores))


def check_network(text: str, arm: Arm) -> None:
    """That there are the layers that the network names; those of an arm with convolutions are known
    when it has seen the images.

    Raises
    ------
    UserError
        Naming the network, or the layers.
    """
    try:
        arm.graph
    except UserError as error:
        if str(error).startswith("--layers"):
            raise
        raise UserError(f"--network: '{text}': {error}") from error


def _check_effect(changes, neuron, synapse):
    """A number of the neuron that the synapse has made useless cannot be set."""
    for name in changes:
        *_, owner, parameter = name.split(".")
        if owner in ("neuron", "neuron_parameters") and parameter in idle(neuron, synapse):
            raise UserError(
                f"--set: '{name}' would change nothing, since the synapse '{synapse.name}' takes "
                f"the place of what uses it in the neuron '{neuron.name}'; leave it out, or give "
                "another --synapse."
            )


def check_fit(device: Device | Weight, rule: Programming, optimizer: Optimizer) -> None:
    """That rule, device and optimizer go together.

    Raises
    ------
    UserError
        If the device is none, if it lacks a parameter or an inverse that the rule uses, or if the
        rule has no settings for the optimizer.
    """
    _check_is_device(device)
    missing = [name for name in rule.device_parameters if name not in device.parameters]
    if missing:
        raise UserError(
            f"--programming: '{rule.name}' needs the device parameter{'s' * (len(missing) > 1)} "
            f"{' and '.join(missing)}, which the device '{device.name}' lacks; choose another rule"
            f"{_or_a_device_with(rule.device_parameters)}."
        )
    if uses_inverse(rule) and not (device.law.potentiation_needed and device.law.depression_needed):
        raise UserError(
            f"--programming: '{rule.name}' needs the inverse of the device's law, which the law "
            f"'{device.law.name}' of '{device.name}' lacks; choose another rule, or give the law "
            "potentiation_needed and depression_needed."
        )
    if rule.refresh:
        check_refresh(device, rule)
    if rule.transfer:
        check_transfer(device, rule)
    if both := set(names(rule.variables)) & set(names(optimizer.variables)):
        raise UserError(
            f"--optimizer: '{optimizer.name}' and the programming rule '{rule.name}' both have a "
            f"variable {', '.join(sorted(both))} of a synapse; rename it in one of them."
        )
    check_learning("--programming", rule, optimizer)


def _check_is_device(device):
    if isinstance(device, Weight):
        raise UserError(
            f"--device: '{device.name}' is a weight without a device, a baseline; name a "
            "memristive device, or use --arm baseline."
        )


def _or_a_device_with(parameters):
    """The rest of a sentence that says what to choose; nothing if no declared device has them."""
    for name, (device, _) in sorted(declarations("device").items()):
        if isinstance(device, Device) and set(parameters) <= set(device.parameters):
            return f" or a device that has what it needs, e.g. --device {name}"
    return ""


def check_refresh(device: Device, rule: Programming) -> None:
    """That the device can be erased and written as the rule's refresh does.

    Raises
    ------
    UserError
        If its law lacks an inverse, or if the erasing pulses leave more than a tenth of the range.
    """
    if not device.law.potentiation_needed:
        raise UserError(
            f"--programming: '{rule.name}' refreshes pairs, which takes the inverse of the "
            f"device's law, and the law '{device.law.name}' of '{device.name}' lacks it; give the "
            "law potentiation_needed, or choose another rule."
        )
    left = float(after(device, 1.0, -rule.erase_pulses) - device.K)
    if left > LEAST_ERASED * (1 - device.K):
        raise UserError(
            f"--programming: '{rule.name}' erases a device by erase_pulses={rule.erase_pulses:g}, "
            f"which leaves '{device.name}' at {left / (1 - device.K):.0%} of "
            "its range; give more, e.g. --set programming.erase_pulses=20, or a device with an "
            "abrupt reset, e.g. --device PCM."
        )


def check_transfer(device: Device, rule: Programming) -> None:
    """That the device has a symmetry point, which devices A of the rule count from.

    Raises
    ------
    UserError
        If it has none.
    """
    try:
        symmetry_point(as_law(device))
    except UserError as error:
        raise UserError(
            f"--programming: '{rule.name}' counts from symmetry points, but {error}"
        ) from error


def check_rest(arm: Arm) -> None:
    """That a time without pulses means something to the arm's devices.

    Raises
    ------
    UserError
        If they do not change without pulses.
    """
    if arm.rest and not Pair(arm.weights, arm.programming).relaxes:
        raise UserError(
            f"--rest: the device '{arm.weights.name}' neither drifts nor relaxes; leave --rest "
            "out, or say how it does, e.g. --set device.reliability.drift=0.05."
        )


def check_learning(flag: str, declaration: Programming | Weight, optimizer: Optimizer) -> None:
    """That a rule or weight has settings for the optimizer, or for the one whose it takes.

    Raises
    ------
    UserError
        If it has not.
    """
    if not declaration.learning.keys() & {optimizer.name, optimizer.settings_of}:
        raise UserError(
            f"{flag}: '{declaration.name}' has no learning settings for --optimizer "
            f"{optimizer.name}; choose {' or '.join(declaration.learning)}, add it to the "
            "declaration's `learning`, or let the optimizer "
            f'say settings_of="{next(iter(declaration.learning))}".'
        )
