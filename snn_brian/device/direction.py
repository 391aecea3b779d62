"""The exponential law (Eq. 8) as it was fitted to one direction of a device."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from snn_brian.device.exponential_fit import law
from snn_brian.physics import Numbers


@dataclass(frozen=True)
class Direction:
    """The fit of one direction; values are (end, alpha, beta), the end being G_max or G_min; S and
    per pulse."""

    sign: int  # 1 for potentiation, -1 for depression
    N: int  # pulses of the longest ramp
    values: np.ndarray
    covariance: np.ndarray
    points: int
    ramps: np.ndarray  # (ramps, 3): values of every ramp fitted by itself
    # largest mean residual of a tenth of the pulses, as a share of the way from first to last pulse
    deviation: float
    end_fixed: bool = False
    odd: str | None = None  # what is wrong with the shape, or None

    def curve(self, n: Numbers) -> Numbers:
        """The fitted conductance after n pulses, in siemens (Eq. 8)."""
        return law(n, *self.values, self.sign)

    @property
    def covered(self) -> float:
        """The share of the way from the first state to the end that N pulses go."""
        return -np.expm1(-self.values[1] * self.N)

    @property
    def problem(self) -> str | None:
        """Why the exponential law does not describe the ramps, or None."""
        return self.odd

    def intervals(self) -> np.ndarray:
        """95 % confidence intervals of the values, shape (3, 2).

        They hold for the errors that `exponential_fit.fitted` sees: of each point, of neighbouring
        pulses, and of whole ramps where at least 5 differ.
        """
        half = stdtrit(max(self.points - 3, 1), 0.975) * np.sqrt(np.diag(self.covariance))
        return np.stack([self.values - half, self.values + half], axis=1)
