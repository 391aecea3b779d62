"""Files of measured ramps as people bring them, sound and not, each with the truth behind it.

What is sound is decided here, from the truth alone and before anything is written; no code of the
package is asked. A file is

- *wrong* if a defect of DEFECTS was put into it,
- *sound* if none was, its device follows Eq. (8), each ramp goes at least 70 % of its way and lacks
  at most a fifth of its readings, the readings have at least 12 steps on the way of a ramp, a turn
  within a file stands out by 12 standard errors of the mean state, and the data hold the device: by
  the Cramer-Rao bound of the noise that was drawn, three standard errors of an end are at most a
  third of the way and half of the end, and those of alpha a third of alpha,
- *open* otherwise: it may be refused or fitted.

A sound file is *precise* for a parameter where four standard errors by the same bound, with the
spread of a step of rounding, are at most the tolerance, and the noise is at most 5 %.
"""

from dataclasses import dataclass, field

import numpy as np

TOLERANCE = dict(
    G_max=0.05, G_min=0.05, beta_P=0.05, beta_D=0.05, alpha_P=0.10, alpha_D=0.10
)  # of the value
LEAST_COVERED = 0.7
DEFECTS = {  # what is put into a file, and words of which a sentence about it has one
    "reversed column": ("other way", "falls where", "rises where", "opposite"),
    "column of another scale": ("times as far", "times the way", "devices have", "differ"),
    "column of another level": ("times the way of a ramp", "times as far"),
    "dead column": (
        "constant",
        "no more than its noise",
        "times as far",
        "ends where",
        "falls where",
    ),
    "column of another shape": ("another shape", "leaves its own", "times as far"),
    "far cell": ("far from the values",),
    "word in a cell": ("is no number",),
    "zero": ("is not positive",),
    "half of a column missing": ("cells are empty", "needs at least"),
    "straight ramps": ("where it ends", "leave", "leaves"),
    "bent ramps": ("where it ends", "leave", "leaves"),
    "opposite bends": ("another shape", "leaves", "leave", "where it ends", "times as far"),
    "ramps that hardly begin": ("where it ends", "no more than its noise", "none in common"),
    "four levels": (
        "steps of",
        "no more than its noise",
        "ends where",
        "leave",
        "leaves",
        "where it ends",
    ),
    "normalised without a word": ("normalised", "--unit"),
    "header of currents": ("--read-voltage",),
    "numbers in another unit": ("devices have", "none in common"),
    "files exchanged": ("give the potentiation file first",),
    "steps against states": ("steps against states",),
    "counter alone": ("counts the pulses",),
    "decimal commas between commas": ("decimal comma",),
}
IN_A_COLUMN = list(DEFECTS)[:9]
UNITS = {"S": 1.0, "mS": 1e-3, "uS": 1e-6, "nS": 1e-9, "pS": 1e-12}
WORDINGS = ("G ({})", "conductance [{}]", "Conductance / {}", "G_{}", "ramp {k} in {}", "{}",
            "G{k} ({})", "Conductance, {}", "measured G [{}]", "LTP {k} ({})")  # fmt: skip
CURRENTS = ("I ({})", "current [{}]", "Current / {}", "I_read ({})", "read current in {}")
RESISTANCES = ("R ({})", "Resistance [{}]", "resistance in {}")


@dataclass
class Measurement:
    """What is written, what the flags are, and what is true."""

    files: dict  # name: text
    flags: list
    truth: dict  # parameters, siemens and per pulse
    kind: str  # "sound", "open", "wrong"
    precise: tuple = ()  # parameters that must be within their tolerance
    defect: str | None = None
    column: int | None = None  # of the defect, counted from 1 as it stands in the file
    file: str | None = None  # in which the defect is
    notes: dict = field(default_factory=dict)


def measurement(random):
    """A Measurement, drawn."""
    defect = str(random.choice(list(DEFECTS))) if random.random() < 0.4 else None
    device = _device(random, defect)
    layout = _layout(random, device, defect)
    if layout["one file"] == "turning" and not layout["drop"]:
        device |= _continued(device)
    ways = {name: _ramps(random, device, name, layout["cycles"]) for name in ("up", "down")}
    for G in ways.values():
        if device["levels"]:
            step = device["step"]
            G[:] = np.maximum(np.round(G / step), 1) * step
        holes = random.random(G.shape) < device["missing"]
        holes[[0, -1]] = False
        G[holes] = np.nan
    column = _damage(random, device, ways, defect)
    truth = {name: device[name] for name in TOLERANCE}
    files, flags, place = _written(random, ways, layout, defect, column)
    kind, precise = ("wrong", ()) if defect else _soundness(device, ways, layout)
    if layout["one file"]:
        precise = tuple(name for name in precise if not name.startswith("beta"))
    return Measurement(files, flags, truth, kind, precise, defect, place, "up.csv",
                       device | layout)  # fmt: skip


def _device(random, defect):
    G_max = 10 ** random.uniform(-7.3, -3.3)
    device = dict(G_max=G_max, G_min=G_max * random.uniform(0.05, 0.6))
    way = G_max - device["G_min"]
    N = int(random.integers(20, 201))
    covered = random.uniform(0.75, 0.999, 2)
    if defect is None and random.random() < 0.15:
        covered = random.uniform(0.3, 0.75, 2)  # ramps that do not saturate
    if defect == "ramps that hardly begin":
        covered[0] = random.uniform(0.05, 0.2)
    device |= dict(zip(("alpha_P", "alpha_D"), -np.log1p(-covered) / N), covered=covered, N=N)
    device |= dict(beta_P=way * random.uniform(0.9, 1), beta_D=way * random.uniform(0.7, 1))
    noise = float(random.choice([0.01, 0.05, 0.2], p=[0.4, 0.4, 0.2]))
    if defect in IN_A_COLUMN or defect in ("straight ramps", "bent ramps", "opposite bends"):
        noise = 0.01
    ramps = int(random.integers(3 if defect else 1, 9))
    levels = 4 if defect == "four levels" else 0
    if defect is None and random.random() < 0.2:
        levels = int(random.choice([8, 16]))
    return device | dict(
        noise=noise,
        relative=bool(random.random() < 0.7 or noise * way > 0.2 * device["G_min"]),
        ramps=ramps,
        levels=levels,
        step=way / max(levels - 1, 1),
        missing=float(random.choice([0, 0.03, 0.1], p=[0.7, 0.2, 0.1])),
    )


def _continued(device):
    """Where depression starts at the state at which potentiation ended."""
    last = device["G_max"] - device["beta_P"] * np.exp(-device["alpha_P"] * device["N"])
    return dict(beta_D=last - device["G_min"])


def _curve(device, way, n):
    if way == "up":
        return device["G_max"] - device["beta_P"] * np.exp(-device["alpha_P"] * n)
    return device["G_min"] + device["beta_D"] * np.exp(-device["alpha_D"] * n)


def _sigma(device, G):
    return device["noise"] * (G if device["relative"] else device["G_max"] - device["G_min"])


def _ramps(random, device, way, cycles):
    count = device["ramps"] * cycles
    G = np.repeat(_curve(device, way, np.arange(device["N"] + 1))[:, None], count, 1)
    noisy = G + _sigma(device, G) * np.clip(random.standard_normal(G.shape), -4, 4)
    return np.maximum(noisy, 0.05 * G)


def _soundness(device, ways, layout):
    precise, sound = [], min(device["covered"]) >= LEAST_COVERED
    for way, names in (("up", ("G_max", "alpha_P", "beta_P")), ("down", ("G_min", "alpha_D",
                                                                         "beta_D"))):  # fmt: skip
        n = np.nonzero(np.isfinite(ways[way]))[0].astype(float)
        end, alpha, beta = (device[name] for name in names)
        fall = np.exp(-alpha * n)
        slopes = np.stack([np.ones_like(n), beta * n * fall, -fall if way == "up" else fall])
        slopes[1] *= 1 if way == "up" else -1
        step = device["step"] if device["levels"] else 0
        variance = _sigma(device, _curve(device, way, n)) ** 2 + step**2 / 12
        scale = np.array([end, alpha, beta])
        errors = np.sqrt(np.diag(np.linalg.inv(
            (slopes * scale[:, None] / variance) @ (slopes * scale[:, None]).T)))  # fmt: skip
        errors += step / np.sqrt(12) / np.array([end, beta, beta])
        distance = beta * (1 - fall.min())
        sound &= 3 * errors[0] * end <= distance / 3 and 3 * errors[0] <= 1 / 2
        sound &= step * 12 <= distance and 3 * errors[1] <= 1 / 3
        sound &= np.isnan(ways[way]).mean(axis=0).max() <= 0.2
        within = [4 * e <= TOLERANCE[name] for e, name in zip(errors, names)]
        precise += [name for ok, name in zip(within, names) if ok and device["noise"] <= 0.05]
    if layout["one file"] == "turning":
        distance = min(device["beta_P"], device["beta_D"])
        sound &= distance > 12 * _sigma(device, device["G_max"]) / np.sqrt(device["ramps"])
        sound &= device["N"] >= 30 or device["noise"] < 0.2
    return ("sound", tuple(precise)) if sound else ("open", ())


def _layout(random, device, defect):
    plain = defect is not None
    kinds = ["conductance", "current", "resistance", "normalised"]
    kind = str(random.choice(kinds, p=[0.6, 0.2, 0.1, 0.1]))
    if plain:
        kind = "conductance"
    one_file = "" if plain else str(random.choice(["", "turning", "columns"], p=[0.65, 0.25, 0.1]))
    return {
        "kind": kind,
        "unit in": str(random.choice(["header", "flag"])),
        "separator": str(random.choice([",", ";", "\t", "comma;", "comma\t"],
                                       p=[0.5, 0.15, 0.15, 0.1, 0.1])),
        "counter": str(random.choice(["", "0", "1", "pandas", "time"],
                                     p=[0.5, 0.1, 0.15, 0.1, 0.15])),
        "exchanged": bool(random.random() < 0.1 and not plain),
        "one file": one_file,
        "drop": bool(random.random() < 0.3),
        "cycles": int(random.choice([1, 1, 3])) if one_file == "turning" else 1,
        "voltage": float(random.choice([0.1, 0.2, -0.1, -0.5])),
    }  # fmt: skip


def _damage(random, device, ways, defect):
    """Put the defect into the ramps of potentiation; returns the column of it, from 0, or None."""
    G, column = ways["up"], int(random.integers(device["ramps"]))
    x = np.linspace(0, 1, len(G))[:, None]
    way, low = device["G_max"] - device["G_min"], device["G_min"]
    noise = 1 + device["noise"] * random.standard_normal(G.shape)
    if defect == "reversed column":
        G[:, column] = G[::-1, column]
    elif defect == "column of another scale":
        G[:, column] *= random.choice([0.001, 0.1, 0.2, 5, 10, 1000])
    elif defect == "column of another level":
        G[:, column] += random.choice([1, 2, 3]) * way
    elif defect == "dead column":
        G[:, column] = low * (1 if random.random() < 0.5 else noise[:, column])
    elif defect == "column of another shape":
        G[:, column] = low + way * (0.02 * x[:, 0] + 0.98 * (x[:, 0] > 0.5)) * noise[:, column]
    elif defect == "half of a column missing":
        G[random.permutation(len(G) - 1)[: int(0.5 * len(G))], column] = np.nan
    elif defect == "far cell":
        G[int(random.integers(3, len(G) - 3)), column] = random.choice([0.001, 20]) * G.max()
        if np.nanmax(G[:, column]) < 1.5 * device["G_max"]:
            G[-4, column] = 20 * device["G_max"]
    elif defect == "straight ramps":
        G[:] = (low + way * x) * noise
    elif defect == "bent ramps":
        G[:] = (low + way / (1 + np.exp(-random.uniform(12, 25) * (x - 0.4)))) * noise
    elif defect == "opposite bends":
        bend = 0.3 * np.sin(2 * np.pi * x) * np.where(np.arange(G.shape[1]) % 2, 1, -1)
        G[:] = (low + way * (0.1 + 1 - np.exp(-3 * x) + 0.5 * bend)) * noise
    return column if defect in IN_A_COLUMN else None


def _written(random, ways, layout, defect, column):
    """(texts of files, flags, column of the defect as it stands in the file, from 1)"""
    top = max(np.nanmax(G) for G in ways.values())
    values, unit, header, flags = _numbers(random, ways, layout, top)
    if defect in ("normalised without a word", "numbers in another unit", "header of currents"):
        header, flags = None, []
        values = {name: G / top for name, G in ways.items()}
        if defect == "numbers in another unit":
            values = {name: G / 1e-9 for name, G in ways.items()}
        if defect == "header of currents":
            values, header = ways, str(random.choice(CURRENTS)).format("A", k="")
    if layout["one file"]:
        names = ["both.csv"]
        tables = [_joined(values, ways, layout)]
    else:
        names, tables = ["up.csv", "down.csv"], [values["up"], values["down"]]
    texts = {}
    for name, table in zip(names, tables):
        texts[name] = _text(random, table, layout, header)
    flags = [*names, *flags]
    if defect == "files exchanged":
        flags[:2] = flags[1::-1]
    first = "up.csv" if not layout["one file"] else "both.csv"
    lines = texts[first].split("\n")
    place = None if column is None else column + 1 + bool(layout["counter"])
    if defect in ("word in a cell", "zero"):
        separator = layout["separator"][-1]
        cells = lines[8].split(separator)
        cells[place - 1] = "high" if defect == "word in a cell" else "0"
        lines[8] = separator.join(cells)
        texts[first] = "\n".join(lines)
    elif defect == "steps against states":
        G = np.sort(ways["up"][:, 0])
        texts[first] = "G (nS),dG (nS)\n" + "\n".join(
            f"{1e9 * a:.5g},{1e8 * (G[-1] - a):.4g}" for a in G
        )
    elif defect == "counter alone":
        texts[first] = "\n".join(["pulse", *map(str, range(40))])
    elif defect == "decimal commas between commas":
        G = 90 * ways["up"][:, 0] / top
        texts[first] = "\n".join(f"{a:.5f}".replace(".", ",") for a in G[np.isfinite(G)])
    return texts, flags, place


def _numbers(random, ways, layout, top):
    """(numbers of both ways in their unit, its name, wording of the header or None, flags)"""
    kind, said = layout["kind"], layout["unit in"] == "header"
    if kind == "normalised":
        word = random.choice(["G_norm", "normalised conductance", "G (a.u.)", "G/G_max"])
        values = {name: G / top for name, G in ways.items()}
        return values, "", str(word) if said else None, ["--normalised", f"G_max={float(top)!r}"]
    if kind == "resistance":
        factor, unit = [(1.0, "ohm"), (1e3, "kohm"), (1e3, "kΩ"), (1e6, "MOhm")][
            random.integers(4)]  # fmt: skip
        values, wordings, flags = (
            {name: 1 / G / factor for name, G in ways.items()},
            RESISTANCES,
            [],
        )
    elif kind == "current":
        factor, unit = [(1.0, "A"), (1e-6, "uA"), (1e-6, "µA"), (1e-9, "nA")][
            random.integers(4)]  # fmt: skip
        values = {name: G * layout["voltage"] / factor for name, G in ways.items()}
        wordings, flags = CURRENTS, ["--read-voltage", repr(layout["voltage"])]
    else:
        unit = str(random.choice(list(UNITS)))
        values = {name: G / UNITS[unit] for name, G in ways.items()}
        unit = random.choice([unit, unit.replace("u", "µ"), unit.replace("u", "μ")])
        wordings, flags = WORDINGS, []
    if not said:
        return values, unit, None, [*flags, "--unit", str(unit)]
    return values, unit, str(random.choice(wordings)).replace("{}", str(unit)), flags


def _joined(values, ways, layout):
    """Both ways in one table: columns of either, or rows that turn."""
    up, down = values["up"], values["down"]
    if layout["one file"] == "columns":
        pairs = [column for pair in zip(up.T, down.T) for column in pair]
        return np.array(pairs).T
    down = down if layout["drop"] else down[1:]
    parts = zip(*(np.split(G, layout["cycles"], axis=1) for G in (up, down)))
    return np.vstack([part for pair in parts for part in pair])


def _text(random, table, layout, header):
    rows, columns = table.shape
    gap = "nan" if columns == 1 or random.random() < 0.3 else ""
    cells = [[gap if np.isnan(v) else f"{v:.6g}" for v in row] for row in table]
    heads = [header.replace("{k}", str(k + 1)) for k in range(columns)] if header else None
    if heads is None and random.random() < 0.5:
        heads = [f"ramp {k + 1}" for k in range(columns)]
    if layout["exchanged"] and columns < 5:
        if heads:
            cells = [heads, *cells]
        lines = [list(row) for row in zip(*cells)]
        return "\n".join(_line(row, layout) for row in lines)
    counter = layout["counter"]
    if counter:
        first = 0 if counter in ("0", "pandas") else 1
        count = [f"{0.5 * k:g}" if counter == "time" else str(k + first) for k in range(rows)]
        cells = [[number, *row] for number, row in zip(count, cells)]
        name = dict(pandas="", time="time (s)").get(counter, "pulse")
        if heads is None and counter in ("time", "pandas"):
            heads = [f"r{k + 1}" for k in range(columns)]
        heads = [name, *heads] if heads else None
    lines = [heads, *cells] if heads else cells
    return "\n".join(_line(row, layout) for row in lines)


def _line(row, layout):
    separator = layout["separator"]
    if separator.startswith("comma") and len(row) > 1:
        row = [cell.replace(".", ",") if _numeric(cell) else cell for cell in row]
    quoted = [f'"{cell}"' if separator[-1] in cell else cell for cell in row]
    return separator[-1].join(quoted)


def _numeric(cell):
    return bool(cell) and not set(cell) - set("0123456789.+-e")
