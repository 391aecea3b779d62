"""From what a user typed to an `Experiment`, with every value checked before anything long starts."""
from snn_brian.declarations import Weight
from snn_brian.errors import UserError
from snn_brian.training import Experiment


def whole(flag, text, least=1):
    """The whole number in `text`, at least `least`.

    Raises
    ------
    UserError
        Naming the flag, the value and what is allowed.
    """
    try:
        number = int(text)
    except ValueError:
        number = None
    if number is None or number < least:
        raise UserError(f"{flag}: {text!r} is not possible; give a whole number of at least {least}.")
    return number


def real(flag, text):
    """The positive number in `text`; raises UserError as `whole` does."""
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not 0 < number < float("inf"):
        raise UserError(f"{flag}: {text!r} is not possible; give a number above 0, e.g. 0.01.")
    return number


def sizes(flag, text):
    """Layer sizes from e.g. "500,500,250"; raises UserError as `whole` does."""
    try:
        return tuple(whole(flag, part) for part in text.split(","))
    except UserError as error:
        raise UserError(f"{flag}: {text!r} is not possible; give the neurons of each layer as whole numbers of at least 1, "
                        "e.g. 500,500,250.") from error


def check_fit(device, rule, optimizer):
    """That rule, device and optimizer go together.

    Raises
    ------
    UserError
        If the rule uses a parameter of the device that the device lacks, or has no setting for the optimizer.
    """
    if isinstance(device, Weight):
        raise UserError(f"--device: '{device.name}' is a weight without a device, the baseline; name a memristive device, or "
                        "use --arm baseline.")
    missing = [name for name in rule.device_parameters if name not in device.parameters]
    if missing:
        raise UserError(f"--rule: '{rule.name}' needs the device parameter {', '.join(missing)}, which the device "
                        f"'{device.name}' lacks; choose another rule or a device with it, e.g. --device linear.")
    for part in (rule, device):
        learning = getattr(part, "learning", None)
        if learning is not None and optimizer not in learning:
            raise UserError(f"--optimizer: '{part.name}' has no learning settings for '{optimizer}', only for "
                            f"{', '.join(learning)}; add them to its `learning`.")


def experiments(args, neuron, device, rule, encoder, baseline):
    """The `Experiment` of each arm that is asked for, by name.

    Parameters
    ----------
    args : argparse.Namespace
        The flags of `runs/mnist_local.py`, as text.
    neuron, device, rule, encoder, baseline : declarations
    """
    common = dict(
        layers=sizes("--layers", args.layers), neuron=neuron, encoder=encoder, optimizer=args.optimizer, loss=args.loss,
        batch=whole("--batch", args.batch), steps=whole("--steps", args.steps), epochs=whole("--epochs", args.epochs),
        seed=whole("--seed", args.seed, least=0), target=args.target, threads=whole("--threads", args.threads))
    eta = None if args.eta is None else real("--eta", args.eta)
    arms = {}
    if args.arm != "baseline":
        check_fit(device, rule, args.optimizer)
        arms["memristive"] = Experiment(weights=device, rule=rule, eta=eta, **common)
    if args.arm != "memristive":
        arms["baseline"] = Experiment(weights=baseline, rule=None, eta=eta if args.arm == "baseline" else None, **common)
    return arms
