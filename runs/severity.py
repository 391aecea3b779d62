"""What each fault of the devices costs a network: its accuracy over the fault's severity, for three
programming rules on TiOx.

All of it takes about three quarters of an hour on two free cores. Finished networks are used again.
"""

from dataclasses import dataclass
from pathlib import Path

from asymmetry.networks import LEARNING, baseline
from fouda2019 import training

from snn_brian.base.files import write_table
from snn_brian.base.plot import COLOURS, MARKERS, PAGE, picture
from snn_brian.job import arguments
from snn_brian.job.script import run

EPOCHS = 3
REST = (("rest", "1 day"),)  # between training and each test
PULSES = (10_000, 100, 30, 10, 3, 1)
CLOSING = (10_000, 1000, 300, 100, 30)  # at 10, ternary learns nothing, and counter takes minutes
SHARES = (0.001, 0.003, 0.01, 0.03, 0.1)


@dataclass(frozen=True)
class Fault:
    """One way to fail: the name that `--set` takes, its values from mild to severe, and what else
    the network is told."""

    label: str
    setting: str
    severities: tuple
    unit: str = ""
    more: tuple = ()

    def values(self, severity):
        """Of a point of a sweep."""
        said = f"{severity:g} {self.unit}" if self.unit else severity
        return {self.setting: said} | dict(self.more)


FAULTS = {
    "endurance": Fault("Endurance (pulses), then stuck", "device.reliability.endurance", PULSES),
    "closing": Fault("Endurance (pulses), range closes", "device.reliability.closing", CLOSING),
    "stuck": Fault("Share stuck at its start", "device.reliability.stuck", SHARES),
    "stuck on": Fault("Share stuck at $G_{\\max}$", "device.reliability.stuck_on", SHARES),
    "stuck off": Fault("Share stuck at $G_{\\min}$", "device.reliability.stuck_off", SHARES),
    "drift": Fault("Drift exponent, 1 day of rest", "device.reliability.drift", SHARES, more=REST),
    "retention": Fault(
        "Retention (s), 1 day of rest",
        "device.reliability.retention",
        (1e8, 1e7, 1e6, 3e5, 1e5),
        "second",
        REST,
    ),
    "read noise": Fault("Noise of a read", "device.read_noise", (0.01, 0.03, 0.1, 0.3)),
    "cycle to cycle": Fault(
        "Noise of a pulse (range)", "device.cycle_to_cycle", (0.001, 0.003, 0.01, 0.03, 0.1)
    ),
}
QUICK = {"stuck": Fault("Share stuck at its start", "device.reliability.stuck", (0.1,))}


def flags():
    parser = training.flags(__doc__)
    parser.set_defaults(out="results/severity", seeds="0")
    parser.add_argument(
        "--faults", help=f"some of {','.join(FAULTS)}, with commas; without it, all of these"
    )
    return parser


def main(args):
    """Train what is missing, draw and write; returns the folder."""
    known = QUICK if args.quick else FAULTS
    asked = args.faults.split(",") if args.faults else list(known)
    faults = {name: known[arguments.one_of("--faults", name, list(known))] for name in asked}
    rules = ["counter"] if args.quick else list(LEARNING)
    found = training.trained(settings(rules, faults), args)
    folder = Path(args.out)
    folder.mkdir(parents=True, exist_ok=True)
    write_table(folder / "severity.csv", table(rules, faults, found))
    lines = -(-len(faults) // 3)
    with picture(folder / "severity.png", PAGE, 1.9 * lines + 0.3) as figure:
        draw(figure, rules, faults, found)
    tell(rules, faults, found)
    print(f"Written to {folder}: severity.png, severity.csv")
    return folder


def settings(rules, faults):
    """name -> values of a point: for each rule its baseline, the devices without a fault, and each
    fault at each severity."""
    found = {}
    for rule in rules:
        own = {"epochs": EPOCHS} | LEARNING[rule]
        found[baseline(rule)] = {"arm": "baseline"} | own
        own |= {"arm": "memristive", "programming": rule}
        found[sound(rule)] = own
        for fault, each in faults.items():
            for severity in each.severities:
                found[setting(rule, fault, severity)] = own | each.values(severity)
    return found


def sound(rule):
    """The name of the network without a fault."""
    return f"{rule}, sound devices"


def setting(rule, fault, severity):
    """The name of a network."""
    return f"{rule}, {fault} {severity:g}"


def drop(rule, name, found):
    """Points of the last layer's accuracy below the baseline of the same seed, for each seed."""
    return found[baseline(rule)].last - found[name].last


def table(rules, faults, found):
    """Columns for a CSV: a row for each network."""
    rows = []
    for rule in rules:
        networks = [("none", 0, sound(rule))]
        for fault, each in faults.items():
            networks += [(fault, own, setting(rule, fault, own)) for own in each.severities]
        for fault, severity, name in networks:
            for number, points in enumerate(drop(rule, name, found)):
                curves = found[name]
                pulses = int(curves.pulses[number].sum())
                rows.append((rule, fault, severity, number, curves.last[number], points, pulses))
    columns = ("rule", "fault", "severity", "seed_number")
    columns += ("test_accuracy_percent", "drop_points", "pulses_all_layers")
    return dict(zip(columns, zip(*rows)))


def draw(figure, rules, faults, found):
    """A panel for each fault, a line for each rule, and dots at the height of sound devices."""
    panels = figure.subplots(-(-len(faults) // 3), min(3, len(faults)), sharey=True, squeeze=False)
    for axes, (fault, each) in zip(panels.flat, faults.items()):
        for k, rule in enumerate(rules):
            drops = [drop(rule, setting(rule, fault, own), found) for own in each.severities]
            low, middle, high = zip(*((own.min(), own.mean(), own.max()) for own in drops))
            axes.plot(each.severities, middle, color=COLOURS[k], marker=MARKERS[k], label=rule)
            axes.fill_between(each.severities, low, high, color=COLOURS[k], alpha=0.2, lw=0)
            axes.axhline(drop(rule, sound(rule), found).mean(), color=COLOURS[k], ls=":", lw=0.7)
        axes.set(xscale="log", xlabel=each.label, yscale="symlog")
        axes.grid(True, axis="y")
        if each.severities[0] > each.severities[-1]:
            axes.invert_xaxis()  # all get worse to the right
    for axes in list(panels.flat)[len(faults) :]:
        axes.remove()
    figure.supylabel("Drop (points)")
    panels.flat[0].legend()


def tell(rules, faults, found):
    """Each rule's drops."""
    for rule in rules:
        print(f"{rule}: {drop(rule, sound(rule), found).mean():.2f} points with sound devices")
        for fault, each in faults.items():
            told = (
                f"{drop(rule, setting(rule, fault, own), found).mean():.2f} at {own:g}"
                for own in each.severities
            )
            print(f"  {fault}: {', '.join(told)}")


if __name__ == "__main__":
    run(main, flags)
