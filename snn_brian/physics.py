"""The response of a device to pulses, as in the paper: Eq. (6) to (13), and measures of its
nonlinearity.

All functions take numbers or arrays that broadcast against each other. Conductances (`G`, `dG`,
`G_max`, `G_min`, `beta`) are in siemens, or all in units of G_max; numbers of pulses `n` and `N`
are real; `alpha` is per pulse.
"""

import math

import numpy as np
from scipy.optimize import brentq

Numbers = float | np.ndarray

ROUNDING = 1e-9  # of the range: how far floating point may carry a conductance beyond its end
# of the distance to the end of the range: up to here (13) asks for at most 11 % fewer pulses than
# (11), (12)
SMALL = 0.2


def linear_response(G: Numbers, n: Numbers, N: Numbers, G_max: Numbers, G_min: Numbers) -> Numbers:
    """G + n (G_max - G_min)/N: a device with a linear response after n pulses, negative n
    depressing (Eq. 6).

    Raises
    ------
    ValueError
        If the result lies outside G_min to G_max.
    """
    result = G + n * (G_max - G_min) / N
    slack = ROUNDING * (G_max - G_min)
    _require(
        (result >= G_min - slack) & (result <= G_max + slack),
        "the change must leave G between G_min and G_max",
        G=result,
    )
    return result


def linear_pulses(dG: Numbers, N: Numbers, G_max: Numbers, G_min: Numbers) -> Numbers:
    """dG N/(G_max - G_min): pulses, signed and not rounded, for a change dG of a linear device (Eq.
    7).

    In units of G_max, with K = G_min/G_max, this is `linear_pulses(dw, N, 1, K)` = dw N/(1 - K).

    Raises
    ------
    ValueError
        If |dG| is more than the whole range.
    """
    _require(
        np.abs(dG) <= (1 + ROUNDING) * (G_max - G_min),
        "|dG| must be at most G_max - G_min, the whole range",
        dG=dG,
    )
    return dG * N / (G_max - G_min)


def potentiation_curve(n: Numbers, G_max: Numbers, alpha_P: Numbers, beta_P: Numbers) -> Numbers:
    """G_max - beta_P exp(-alpha_P n): n pulses after the start of potentiation (Eq. 8).

    It starts at G_max - beta_P, which a fit does not tie to G_min: 47.2 nS instead of 32.95 nS for
    the paper's TiOx.
    """
    return G_max - beta_P * np.exp(-alpha_P * n)


def depression_curve(n: Numbers, G_min: Numbers, alpha_D: Numbers, beta_D: Numbers) -> Numbers:
    """G_min + beta_D exp(-alpha_D n): n pulses after the start of depression (Eq. 8).

    It starts at G_min + beta_D: 954.9 nS for the paper's TiOx, beyond G_max = 674 nS; one pulse
    later it is at 680 nS.
    """
    return G_min + beta_D * np.exp(-alpha_D * n)


def potentiated(G: Numbers, n: Numbers, G_max: Numbers, alpha_P: Numbers) -> Numbers:
    """G_max - (G_max - G) exp(-alpha_P n): from any state, and never beyond G_max (Eq. 10)."""
    return G_max - (G_max - G) * np.exp(-alpha_P * n)


def depressed(G: Numbers, n: Numbers, G_min: Numbers, alpha_D: Numbers) -> Numbers:
    """G_min + (G - G_min) exp(-alpha_D n): from any state, and never below G_min (Eq. 10)."""
    return G_min + (G - G_min) * np.exp(-alpha_D * n)


def potentiation_pulses(G: Numbers, dG: Numbers, G_max: Numbers, alpha_P: Numbers) -> Numbers:
    """-ln(1 - dG/(G_max - G))/alpha_P: pulses that raise G by dG (Eq. 11), not rounded.

    Raises
    ------
    ValueError
        Unless 0 <= dG < G_max - G: G_max itself is out of reach.
    """
    return -np.log1p(-_share(dG, G_max - G, "G_max - G")) / alpha_P


def depression_pulses(G: Numbers, dG: Numbers, G_min: Numbers, alpha_D: Numbers) -> Numbers:
    """-ln(1 - dG/(G - G_min))/alpha_D: pulses that lower G by dG, a positive number (Eq. 12), not
    rounded.

    Raises
    ------
    ValueError
        Unless 0 <= dG < G - G_min: G_min itself is out of reach.
    """
    return -np.log1p(-_share(dG, G - G_min, "G - G_min")) / alpha_D


def linearised_potentiation_pulses(
    G: Numbers, dG: Numbers, G_max: Numbers, alpha_P: Numbers
) -> Numbers:
    """dG/(alpha_P (G_max - G)): Eq. (11) for a small change (Eq. 13a).

    Raises
    ------
    ValueError
        Unless 0 <= dG <= 0.2 (G_max - G), where the number of pulses is at most 11 % too small.
    """
    return _small_share(dG, G_max - G, "G_max - G") / alpha_P


def linearised_depression_pulses(
    G: Numbers, dG: Numbers, G_min: Numbers, alpha_D: Numbers
) -> Numbers:
    """dG/(alpha_D (G - G_min)): Eq. (12) for a small change (Eq. 13b).

    Raises
    ------
    ValueError
        Unless 0 <= dG <= 0.2 (G - G_min), where the number of pulses is at most 11 % too small.
    """
    return _small_share(dG, G - G_min, "G - G_min") / alpha_D


def nonlinearity(
    N: Numbers, alpha: Numbers, beta: Numbers, G_max: Numbers, G_min: Numbers
) -> Numbers:
    """1/2 - beta exp(-alpha N/2)/(G_max - G_min): PANL of (alpha_P, beta_P), DANL of (alpha_D,
    beta_D) (Eq. 9).

    PANL = [G_P(N/2) - (G_max + G_min)/2]/(G_max - G_min), DANL = [(G_max + G_min)/2 -
    G_D(N/2)]/(G_max - G_min): how far a ramp (8) of N pulses is beyond the middle of the range when
    half of the pulses are given; 0 for a linear device, at most 1/2. ANL = PANL + DANL = [G_P(N/2)
    - G_D(N/2)]/(G_max - G_min). For the state form (10), beta = G_max - G_min.

    This is the reading under which the paper's TiOx has PANL = 0.32 (N = 111), DANL = 0.45 (N = 19)
    and ANL = 0.77 (N = 95). No one N gives all three: PANL 0.27 and DANL 0.50 at N = 95, ANL 0.82
    at N = 111, 0.22 at N = 19.
    """
    return 0.5 - beta * np.exp(-alpha * N / 2) / (G_max - G_min)


def pulses_of_nonlinearity(
    value: Numbers,
    alpha: Numbers,
    beta: Numbers,
    G_max: Numbers,
    G_min: Numbers,
) -> Numbers:
    """The N at which `nonlinearity` has this value.

    Raises
    ------
    ValueError
        Unless the value is below 1/2, which no N reaches.
    """
    _require(np.less(value, 0.5), "PANL and DANL are below 1/2 for any N", value=value)
    return -2 / alpha * np.log((0.5 - value) * (G_max - G_min) / beta)


def curve_nonlinearity(G: Numbers) -> Numbers:
    """PANL or DANL of a measured ramp: Eq. (9) with the ramp's own first and last conductance for
    the range.

    [G(N/2) - (G(0) + G(N))/2]/(G(N) - G(0)), positive where the first half of the pulses moves more
    than the second.

    Parameters
    ----------
    G : array of shape (N + 1,) or (N + 1, ramps)
        Conductance after 0, 1, ... N pulses.

    Raises
    ------
    ValueError
        If a ramp ends where it began.
    """
    G = np.asarray(G)
    N = len(G) - 1
    middle = (G[N // 2] + G[(N + 1) // 2]) / 2
    _require(G[-1] != G[0], "a ramp must not end at the conductance where it began", G=G[0])
    return (middle - (G[0] + G[-1]) / 2) / (G[-1] - G[0])


def neurosim_A(label: float, levels: int) -> float:
    """The constant A, in pulses, of NeuroSim's G = B (1 - exp(-P/A)) + G_min with a nonlinearity
    label; alpha = 1/A.

    B = (G_max - G_min)/(1 - exp(-levels/A)): the curve reaches G_max after `levels` pulses.
    NeuroSim gives A/levels as a table. Its labels are the curve's greatest distance from the
    straight line in units of 0.07, measured at right angles in the plot of (G - G_min)/(G_max -
    G_min) over P/levels: found from the table, all entries agree within 0.05 %.

    Parameters
    ----------
    label : float
        A has its sign. NeuroSim counts P down in depression: there the negative label is the one of
        a curve that is steep at first, as the positive one is in potentiation.
    levels : int
        Pulses from one end of the range to the other.

    Raises
    ------
    ValueError
        Unless 0 < |label| <= 9, as in NeuroSim's table.
    """
    _require(
        0 < abs(label) <= 9, "NeuroSim's labels are above 0 and at most 9 in size", label=label
    )

    def excess(A):
        B = 1 / -np.expm1(-1 / A)
        return (B - A - A * np.log(B / A)) / np.sqrt(2) - 0.07 * abs(label)

    return math.copysign(levels * brentq(excess, 0.01, 1000), label)


def _share(dG, distance, name):
    """dG/distance, for a change that the device can make."""
    _require(
        (np.asarray(dG) >= 0) & (dG < distance),
        f"dG must be from 0 to below {name}, the end of the range",
        dG=dG,
    )
    return dG / distance


def _small_share(dG, distance, name):
    _require(
        (np.asarray(dG) >= 0) & (dG <= SMALL * np.asarray(distance)),
        f"the linearised form needs dG from 0 to {SMALL:g}*({name}); use the exact form",
        dG=dG,
    )
    return np.divide(dG, distance)


def _require(condition, sentence, **value):
    """Raise ValueError with the first value for which the condition fails."""
    if not np.all(condition):
        ((name, values),) = value.items()
        values, condition = np.broadcast_arrays(values, condition)
        raise ValueError(f"{name}={values[~condition][0]:.6g}: {sentence}.")
