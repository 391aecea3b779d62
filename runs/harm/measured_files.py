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
from harm.measured_text import written

# shares of the value
TOLERANCE = dict(G_max=0.05, G_min=0.05, beta_P=0.05, beta_D=0.05, alpha_P=0.10, alpha_D=0.10)
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
    files, flags, place = written(random, ways, layout, defect, column)
    kind, precise = ("wrong", ()) if defect else _soundness(device, ways, layout)
    if layout["one file"]:
        precise = tuple(name for name in precise if not name.startswith("beta"))
    return Measurement(files, flags, truth, kind, precise, defect, place, device | layout)


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
