"""Every programming rule on four devices, alike and varied: accuracy against write energy, with
learning rates that validation images chose.

All of it takes about nine hours on two free cores; --rules and --devices choose a part. Finished
networks are used again.
"""

from pathlib import Path

import numpy as np
from fouda2019 import training
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter
from rules import networks
from rules.table import columns, markdown, row

from snn_brian.base.errors import UserError
from snn_brian.base.files import write_table, written_whole
from snn_brian.base.plot import COLOURS, MARKERS, PAGE, picture
from snn_brian.job import arguments
from snn_brian.job.script import run
from snn_brian.sweep.points import point

# what stands for flags that are not given
WHOLE = dict(rules=";".join(networks.RULES), devices=",".join(networks.DEVICES), seeds="0,1,2,3,4")
ERRORS = (2, 3, 4, 6, 10, 20, 40, 90)  # %, at which the axis tells the accuracy
QUICK = dict(rules="counter", devices="TiOx", seeds="0")


def flags():
    parser = training.flags(__doc__)
    parser.set_defaults(out="results/rule_comparison")
    parser.add_argument("--rules", help="some of them, separated by semicolons; without it, all")
    parser.add_argument(
        "--devices",
        help=f"declared ones, with commas; without it, {','.join(networks.DEVICES)}",
    )
    return parser


def main(args):
    """Train what is missing, draw and write; returns the folder."""
    for name, values in (QUICK if args.quick else WHOLE).items():
        setattr(args, name, getattr(args, name) or values)
    rules = some("--rules", args.rules, ";", networks.RULES)
    devices = some("--devices", args.devices, ",", networks.declared())
    tell_what_is_left_out(rules, devices)
    asked = networks.compared(rules, devices)
    settings = {name: networks.chosen(asked[name], eta) for name, eta in etas(asked, args).items()}
    found = compared(settings, args)
    most = most_pulses(settings, args)
    rows = [
        row(rule, device, condition, found, settings, most)
        for device in devices
        for condition in networks.CONDITIONS
        for rule in networks.fitting(rules, device)
    ]
    folder = Path(args.out)
    write_table(folder / "rule_comparison.csv", columns(rows))
    text = markdown(rows, found)
    with written_whole(folder / "rule_comparison.md") as file:
        file.write(text.encode())
    with picture(folder / "rule_comparison.png", PAGE, 2.2 * len(devices) + 0.6) as figure:
        draw(figure, rows, devices, found)
    print(
        f"{text}\nWritten to {folder}: rule_comparison.png, rule_comparison.md, rule_comparison.csv"
    )
    return folder


def some(flag, text, mark, known):
    """Those named in a flag's text; raises UserError."""
    return [arguments.one_of(flag, part.strip(), list(known)) for part in text.split(mark)]


def tell_what_is_left_out(rules, devices):
    """Raises UserError if none of the rules can move any of the devices."""
    left_out = {
        (rule, device): why
        for device in devices
        for rule in rules
        if (why := networks.why_not(rule, device))
    }
    if len(left_out) == len(rules) * len(devices):
        why = next(iter(left_out.values()))
        raise UserError(f"--rules: {why}; name another rule, or another device.")
    for (rule, device), why in left_out.items():
        print(f"left out on {device}: {rule}, since {why}")


def etas(asked, args):
    """{name: the learning rate that did best on validation images, of those tried}"""
    factors = (1,) if args.quick else networks.FACTORS
    tried = {
        (name, eta): values
        for name, each in asked.items()
        for eta, values in networks.candidates(each, factors).items()
    }
    if args.quick:  # its few images are asked for by number
        for values in tried.values():
            del values["validation"]
    found = training.trained(tried, args, training.read_seeds(args)[:1])
    accuracies = {}
    for (name, eta), curves in found.items():
        accuracies.setdefault(name, {})[eta] = curves.last.mean()
    return {name: networks.best(asked[name], each) for name, each in accuracies.items()}


def compared(settings, args):
    """{name: Curves}; with the first seed, each device counts its pulses."""
    (first, *others), counted = training.read_seeds(args), networks.counting(settings)
    found = training.trained(counted, args, [first])
    if others:
        more = training.trained(settings, args, others)
        found = {name: own.beside(more[name]) for name, own in found.items()}
    return found


def most_pulses(settings, args):
    """{name: the largest number of pulses that one device got}, with the first seed."""
    counted, most = networks.counting(settings), {}
    for (name, _), values in training.asked(counted, args, training.read_seeds(args)[:1]).items():
        if "device" not in values:
            continue
        folder = training.runs_folder(args) / "points"
        (own,) = folder.glob(f"*-{point(values).digest}")
        last = max((own / "checkpoints" / "memristive").glob("epoch_*.npz"))
        with np.load(last, allow_pickle=False) as arrays:
            most[name] = int(max(arrays[key].max() for key in arrays if "pulses_seen" in key))
    return most


def draw(figure, rows, devices, found):
    """A panel for each device and condition: accuracy against energy, and the Pareto front."""
    conditions = list(networks.CONDITIONS)
    panels = figure.subplots(len(devices), len(conditions), sharex=True, sharey=True, squeeze=False)
    names = list(dict.fromkeys(each["rule"] for each in rows))
    for axes, (device, condition) in zip(
        panels.flat, [(device, condition) for device in devices for condition in conditions]
    ):
        own = [each for each in rows if (each["device"], each["condition"]) == (device, condition)]
        for each in own:
            k = names.index(each["rule"])
            shape = (3 * k + k // len(COLOURS)) % len(MARKERS)
            style = dict(color=COLOURS[k % len(COLOURS)], marker=MARKERS[shape])
            at = each["write_energy_J"], 100 - each["accuracy_percent"]
            axes.errorbar(*at, yerr=each["accuracy_sd"], ls="", label=each["rule"], **style)
        energies, accuracies = front(own)
        errors = 100 - np.array(accuracies)
        axes.step(energies, errors, where="post", color="0.7", linewidth=0.8, zorder=0)
        for name in [name for name in found if name.startswith("float")]:
            error = 100 - found[name].last.mean()
            axes.axhline(error, color="0.6", linestyle=":", linewidth=0.6)
        axes.set(title=f"{device}, {condition}", xscale="log", yscale="log")
        axes.grid(True, axis="y")
    panels[0, 0].xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    panels[0, 0].xaxis.set_minor_formatter(NullFormatter())
    # by the logarithm of the errors: the best rules stand apart
    least, most = panels[0, 0].get_ylim()
    errors = ERRORS if most > 2 * least else MaxNLocator(4).tick_values(least, most)
    ticks = [error for error in errors if least <= error <= most]
    panels[0, 0].set_yticks(ticks, [f"{100 - error:g}" for error in ticks])
    panels[0, 0].yaxis.minorticks_off()
    panels[0, 0].invert_yaxis()
    for axes in panels[-1]:
        axes.set(xlabel="Write energy of the training (J)")
    figure.supylabel("Test accuracy of the last layer (%)")
    figure.legend(*panels.flat[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)


def front(rows):
    """(energies, accuracies) of the rules that no other beats in both, by energy."""
    kept = []
    for each in sorted(rows, key=lambda each: (each["write_energy_J"], -each["accuracy_percent"])):
        if not kept or each["accuracy_percent"] > kept[-1]["accuracy_percent"]:
            kept.append(each)
    return tuple([each[name] for each in kept] for name in ("write_energy_J", "accuracy_percent"))


if __name__ == "__main__":
    run(main, flags)
