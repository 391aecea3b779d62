"""The comparison as a table: a row for each rule on each device in each condition."""

from rules import networks

END = "*"  # behind a learning rate at an end of those tried


def row(rule, device, condition, found, settings, most):
    """Means over seeds of what was found, and what the rule needs.

    Parameters
    ----------
    rule, device, condition : str
    found : dict
        {name: Curves}
    settings : dict
        {name: values of the point that was compared}
    most : dict
        {name: the largest number of pulses on one device}
    """
    name = networks.name(rule, device, condition)
    curves, ideal = found[name], found[networks.baseline(rule)]
    layers = curves.accuracy[:, -1]
    return {
        "rule": rule,
        "device": device,
        "condition": condition,
        "eta": settings[name]["learning.eta"],
        "eta_is_at_end": networks.is_at_end(settings[name], settings[name]["learning.eta"]),
        "accuracy_percent": curves.last.mean(),
        "accuracy_sd": spread(curves.last),
        "accuracy_by_layer": "  ".join(f"{each:.2f}" for each in layers.mean(axis=0)),
        "drop_points": (ideal.last - curves.last).mean(),
        "drop_sd": spread(ideal.last - curves.last),
        "pulses": curves.pulses.sum(axis=1).mean(),
        "reads": curves.reads.sum(axis=1).mean(),
        "write_energy_J": curves.energy.sum(axis=1).mean(),
        "devices_per_synapse": networks.devices_per_synapse(rule),
        "digital_bits": networks.digital_bits(rule),
        "most_pulses_on_a_device": most[name],
    }


def spread(values):
    """Standard deviation over seeds; None for one seed, of which nobody knows."""
    return values.std(ddof=1) if len(values) > 1 else None


def told(mean, sd):
    return f"{mean:.2f}" if sd is None else f"{mean:.2f} +- {sd:.2f}"


def columns(rows):
    return {name: [each[name] for each in rows] for name in rows[0]}


def markdown(rows, found):
    """Tables by device and condition, the rules by accuracy, below the baselines."""
    lines = [
        f"{name}: {told(curves.last.mean(), spread(curves.last))} % over {len(curves.last)} "
        f"seed{'s' if len(curves.last) > 1 else ''}"
        for name, curves in found.items()
        if name.startswith("float")
    ]
    for device, condition in dict.fromkeys((each["device"], each["condition"]) for each in rows):
        own = [each for each in rows if (each["device"], each["condition"]) == (device, condition)]
        lines += [
            "",
            f"## {device}, {condition}",
            "",
            "| rule | eta | last layer (%) | drop (points) | by layer | pulses | reads | write "
            "energy (J) | devices per synapse | digital bits | most pulses on a device |",
            "| --- " * 11 + "|",
        ]
        for each in sorted(own, key=lambda each: -each["accuracy_percent"]):
            lines.append(
                "| {rule} | {eta:g}{end} | {accuracy} | {drop} | {accuracy_by_layer} | "
                "{pulses:.3g} | {reads:.3g} | {write_energy_J:.3g} | {devices_per_synapse} | "
                "{digital_bits} | {most_pulses_on_a_device} |".format(
                    **each,
                    end=END if each["eta_is_at_end"] else "",
                    accuracy=told(each["accuracy_percent"], each["accuracy_sd"]),
                    drop=told(each["drop_points"], each["drop_sd"]),
                )
            )
    if any(each["eta_is_at_end"] for each in rows):
        lines += ["", f"{END} the least or the largest of the rates that were tried"]
    return "\n".join([*lines, ""])
