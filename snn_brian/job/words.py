"""A configuration as sentences."""

from collections.abc import Iterator, Mapping


def words(config: Mapping) -> Iterator[str]:
    """A paragraph each about data, network, learning, the arms and the simulation of a run.

    Parameters
    ----------
    config : mapping
        The content of a `config.json`.
    """
    data, steps = config["data"], config["steps"]
    shape = " x ".join(map(str, data["shape"]))
    held_out = " (the last ones of the training set)" if data["validation"] else ""
    yield (
        f"Data: {data['train']} training and {data['test']} test images{held_out} of "
        f"'{data['name']}', of shape {shape}, in {data['classes']} classes."
    )
    layers = ", ".join(map(str, config["layers"]))
    yield (
        f"Network: {_number(len(config['layers']), 'layer')} of {layers} neurons, "
        f"{_model(config['neuron'])}; inputs by the encoder {_model(config['encoder'])}; a "
        f"presentation is {_number(steps, 'time step')} of {_duration(config['dt'])}. "
        f"{_beside(config['projections'], config['layers'])}"
    )
    if has_teacher(config):
        yield (
            "Learning: every layer learns from its own fixed random classifier by the loss "
            f"{_model(config['loss'])}; no error passes between layers. Optimizer "
            f"{_model(config['optimizer'])}; an update for every "
            f"{_number(config['batch'], 'presentation')}; {_number(config['epochs'], 'epoch')}; "
            f"seed {config['seed']}."
        )
    else:
        yield (
            f"Learning: every layer learns by the rule {_model(config['plasticity'])}; before each "
            "test, labels are assigned to its neurons by their responses to training images; "
            f"{_number(config['epochs'], 'epoch')}; seed {config['seed']}."
        )
    for name, arm in config["arms"].items():
        device = arm["device"]
        if "G_max_S" in device:
            what = (
                f"each weight is a pair of devices {_model(device)}, of {device['G_min_S']:.4g} to "
                f"{device['G_max_S']:.4g} S; programming rule {_model(arm['programming'])}"
                f"{_wires(arm)}"
            )
        else:
            what = f"weights without devices, {_model(device)}"
        low, high = arm["layers"][0]["initial"]
        yield (
            f"Arm {name}: {what}{_rates(config, arm)}; before training uniform from {low:.4g} to "
            f"{high:.4g}{' of G_max' if 'G_max_S' in device else ''}{_below(config, device)}."
        )
    if "start" in config:
        yield "It started from the conductances or weights of another run, not from random ones."
    yield f"Simulation: Brian2's target {config['target']}, numbers of {config['dtype']}."


def has_teacher(config: Mapping) -> bool:
    """Whether layers learned from the error of their local classifiers."""
    rule = config.get("plasticity")  # versions until 0.1 had none
    return rule is None or rule["on_pre"].strip() == "request_post"


def _rates(config, arm):
    if not has_teacher(config):
        return ""
    etas = ", ".join(f"{layer['eta']:.4g}" for layer in arm["layers"])
    decay = "" if arm["eta_decay"] == 1 else f", times {arm['eta_decay']:g} after each epoch"
    return f"; learning rates {etas}{decay}"


def _wires(arm):
    """Through what its devices are read."""
    if not arm.get("wires"):
        return ""
    resistance, tile = arm["wires"]["resistance"], arm["wires"]["tile"]
    spread = f", in tiles of {tile[0]} x {tile[1]} devices" if tile else ""
    return f"; read through wires of {resistance} between two neighbouring devices{spread}"


def _below(config, device):
    one_sided = "G_max_S" in device and not has_teacher(config)
    return ", the negative devices at G_min" if one_sided else ""


def _model(declaration):
    reference = declaration.get("reference")
    return f"'{declaration['name']}'" + (f" ({reference})" if reference else "")


def _number(count, what):
    return f"{count} {what}{'' if count == 1 else 's'}"


def _duration(text):
    """Milliseconds of a plain quantity such as "0.001 s"."""
    return f"{1000 * float(text.split()[0]):g} ms"


def _beside(projections, layers):
    """What connects groups beside the chain."""
    chain = {str(number) for number in range(1, len(layers) + 1)}
    others = [
        f"{each['name']} from {each['source']} to {each['target']}"
        + (f" (fixed: {each['fixed']})" if each.get("fixed") else "")
        for each in projections
        if each["name"] not in chain
    ]
    return f"Beside the chain of layers: {'; '.join(others)}." if others else ""
