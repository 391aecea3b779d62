"""From measured ramps to a table of the change by one pulse against the conductance, with its
spread, for a device that is no exponential."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.device.exponential_fit import rounding
from snn_brian.device.fit import FEWEST_LEVELS, LARGEST_DEVIATION, LARGEST_OF_ONE, share
from snn_brian.device.table_curve import LEAST, Curve

LEVEL = 0.05  # of the way, by which a ramp that levels off moves at most in its last tenth


@dataclass(frozen=True)
class TableDirection:
    """The table of one direction; places are 0 at G_min and 1 at G_max, all changes are shares of
    the range."""

    sign: int  # 1 for potentiation, -1 for depression
    changes: np.ndarray  # size of the change by one pulse at places that are equally far apart
    spread: np.ndarray  # standard deviation of that change from pulse to pulse
    states: np.ndarray  # (pulses + 1,), siemens: the curve from the mean of where the ramps begin
    speeds: np.ndarray  # (ramps,): how fast each ramp goes along the curve, 1 for the curve itself
    seen: tuple[float, float]  # the least and the largest place on the curve
    deviation: float  # as in `Direction`
    scatter: float  # standard deviation of single readings from the curve
    read_noise: float  # standard deviation of a reading as a share of it
    end_fixed: bool  # whether the ramps do not level off
    problem: str | None  # why the table does not describe the ramps, or None

    def report(self) -> dict[str, object]:
        """The content of `fit.json` about it."""
        several = len(self.speeds) > 1
        return {
            "changes": rounded(self.changes),
            "spread": rounded(self.spread),
            "measured_places": rounded(self.seen),
            "ramps": len(self.speeds),
            "pulses": len(self.states) - 1,
            "spread_of_speed_over_ramps": float(self.speeds.std(ddof=1)) if several else None,
            "deviation": self.deviation,
            "scatter": self.scatter,
            "read_noise": self.read_noise,
            "end_fixed": self.end_fixed,
            "fits": self.problem is None,
            "problem": self.problem,
        }


@dataclass(frozen=True)
class TableFit:
    """Both directions of a device, whose range is what the fitted curves cover."""

    G_max: float  # siemens
    G_min: float
    potentiation: TableDirection
    depression: TableDirection


def fit_table(
    potentiation: np.ndarray,
    depression: np.ndarray,
    fix_ends: bool = False,
    names: Mapping[str, str] | None = None,
    places: Mapping[str, Sequence[str]] | None = None,
) -> TableFit:
    """Fit a table to measured ramps.

    Parameters
    ----------
    potentiation, depression, fix_ends, names, places
        As in `snn_brian.device.fit.fit`; an end is fixed at the state that the ramps come to.

    Raises
    ------
    UserError
        If ramps do not level off, unless `fix_ends`.
    """
    measured = dict(potentiation=(potentiation, 1), depression=(depression, -1))
    medians = [np.nanmedian(G[np.isfinite(G).any(axis=1)], axis=1) for G, _ in measured.values()]
    low, high = min(map(np.min, medians)), max(map(np.max, medians))
    curves = {name: Curve(G, sign, low, high) for name, (G, sign) in measured.items()}
    # noise of the readings goes farther than the curves do, which are the range
    ends = [each.states[[0, -1]] for each in curves.values()]
    low, high = float(np.min(ends)), float(np.max(ends))
    found = {}
    for name, curve in curves.items():
        labels = (places or {}).get(name) or [f"ramp {k + 1}" for k in range(len(curve.starts))]
        found[name] = direction = _direction(curve, low, high, labels)
        if direction.end_fixed and not fix_ends:
            raise UserError(
                f"{(names or {}).get(name, name)}: no ramp shows where it ends, "
                f"{'G_max' if curve.sign > 0 else 'G_min'}: the last tenth of the pulses still "
                f"makes {curve.last_tenth:.0%} of the way; measure more pulses, or fix it at the "
                f"state that the ramps come to, {curve.states[-1]:.4g} S, by --fix-ends."
            )
    return TableFit(high, low, **found)


def _direction(curve, low, high, labels):
    """The TableDirection of a Curve in a range from `low` to `high`, at equal places."""
    scale = (curve.high - curve.low) / (high - low)
    there = curve.place(low + (high - low) * np.linspace(0, 1, len(curve.f)))
    noise, spread = curve.spread(there)
    speeds, courses = zip(*map(curve.alone, range(len(labels))))
    seen = (curve.states[[0, -1]] - low) / (high - low)
    return TableDirection(
        sign=curve.sign,
        changes=np.clip(np.interp(there, curve.places, curve.f) * scale, LEAST, 1),
        spread=spread * scale,
        states=curve.states,
        speeds=np.array(speeds),
        seen=(float(seen.min()), float(seen.max())),
        deviation=curve.deviation,
        scatter=float(np.nanstd(curve.z - curve.course) * scale),
        read_noise=noise,
        end_fixed=bool(curve.last_tenth > LEVEL),
        problem=_problem(curve, labels, courses),
    )


def _problem(curve, labels, courses):
    """Why the table does not describe the ramps, by the criteria of the exponential law, or
    None."""
    if curve.sure > LARGEST_DEVIATION:
        return f"the ramps leave the table by up to {share(curve.deviation, LARGEST_DEVIATION)}"
    step, way = rounding(curve.G[curve.finite]), np.ptp(curve.states)
    if step * FEWEST_LEVELS > way:
        return f"the ramps have steps of {step:.3g} S, {way / step:.1f} on the way they go"
    missed = [curve.missed(k, course) for k, course in enumerate(courses)]
    off, sure, label = max(zip(*zip(*missed), labels), key=lambda each: each[1])
    if sure > LARGEST_OF_ONE:
        return f"{label} leaves the table by up to {share(off, LARGEST_OF_ONE)}"
    return None


def rounded(values: Sequence[float]) -> list[float]:
    """To six digits, as `fit.json` and `device.py` have them."""
    return [float(f"{value:.6g}") for value in values]
