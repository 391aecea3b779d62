"""The two response curves of a device as numbers: nonlinearity of potentiation and of depression
(Eq. 9 of Fouda et al. 2019), and the number of pulses over its range.

NeuroSim's law goes through the whole range in N pulses: from G_min, the place in the range (0 at
G_min, 1 at G_max) is (1 - exp(-n/A_P))/(1 - exp(-N/A_P)) after n of them. Half of them leave it
PANL = tanh(N/A_P/4)/2 beyond the middle, and DANL follows from A_D in the same way: 0 for a linear
device, 1/2 for one that is through its range at the first pulses.
"""

from dataclasses import dataclass

import numpy as np

LEAST, MOST = 0.04, 35.0  # N/A of what is called linear (PANL .005) and 1/2: float32 can tell both
AROUND = 0.1  # of the range: how far conductances start from the balance point


def bend(nonlinearity):
    """N/A of a curve with this PANL or DANL, kept within what float32 can tell."""
    return np.clip(4 * np.arctanh(min(2 * nonlinearity, 1 - 1e-16)), LEAST, MOST)


def nonlinearity(bend):
    """PANL or DANL of a curve with this N/A, which may be below 0: slow at first."""
    return np.tanh(bend / 4) / 2


@dataclass(frozen=True)
class Shape:
    """A device: PANL, DANL, and N, the pulses over its range."""

    PANL: float
    DANL: float
    N: int

    @property
    def step(self):
        """How far one pulse moves a device at its balance point, as a share of the range."""
        top, u = self._curve(self.PANL)
        return (top - self.balance) * u

    @property
    def balance(self):
        """The place in the range at which a potentiating and a depressing pulse move a device
        equally far."""
        (top, u), (depth, d) = self._curve(self.PANL), self._curve(self.DANL)
        return (top * u - (depth - 1) * d) / (u + d)

    def _curve(self, nonlinearity):
        """Where the curve heads, and the share of the way there that a pulse goes."""
        own = bend(nonlinearity)
        return -1 / np.expm1(-own), -np.expm1(-own / self.N)

    def parameters(self):
        """Of the law, as `--set` takes them."""
        return {
            "device.N": self.N,
            "device.A_P": float(self.N / bend(self.PANL)),
            "device.A_D": float(self.N / bend(self.DANL)),
        }

    def start(self):
        """Where conductances start: places in the range around the balance point."""
        ends = np.clip([self.balance - AROUND, self.balance + AROUND], 0, 1)
        return ",".join(f"{end:.4f}" for end in ends)


def of_device(device, N):
    """(PANL, DANL) of a declared device: NeuroSim's law over its own number of pulses; the
    exponential law where N pulses are bent as much; None for other laws."""
    own = device.parameters
    if device.law.name == "neurosim":
        return tuple(nonlinearity(own["N"] / own[A]) for A in ("A_P", "A_D"))
    if device.law.name == "exponential":
        return tuple(nonlinearity(own[alpha] * N) for alpha in ("alpha_P", "alpha_D"))
    return None
