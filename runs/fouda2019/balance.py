"""What gamma does to a pair of devices: where random pulses hold it, how widely it scatters there,
how far a request moves it and for how long it remembers.

A device stands at the place x in its range, 0 at G_min and 1 at G_max. By (10) an event moves it to
1 - (1 - x)(1 - u) if it goes up and to x(1 - d) if it goes down, with

    u = 1 - exp(-alpha_P gamma_P),    d = 1 - exp(-alpha_D gamma_D).

Both are linear in x, so that all moments are exact. Let events go up with probability q and down
with probability 1 - q, as the requests of a weight that is asked to rise with probability q. Then

    E[x'] = E[x] + q u (1 - E[x]) - (1 - q) d E[x]                            drift
    m(q) = q u/(q u + (1 - q) d)                                  balance point: no drift

and with a = 1 - u, b = 1 - d, from E[x'^2] = q E[(a x + u)^2] + (1 - q) b^2 E[x^2],

    E[x^2] = q (2 a u m + u^2)/(1 - q a^2 - (1 - q) b^2)             spread: E[x^2] - m^2.

The other device of the pair sees the opposite pulses: it goes down where this one goes up, so that
m_minus = m(1 - q) and, from the products a b and u b of what happens to both,

    E[x_plus x_minus] = u b (q m_minus + (1 - q) m_plus)/(1 - a b).

With q = 1/2, requests that are noise, the place is m = u/(u + d), the weight x_plus - x_minus is 0
on average, and whatever a weight was, each event takes the share (u + d)/2 of it away: a weight
stays what it is only as long as requests keep a bias, and what it is made of is the last 2/(u + d)
events or so. From the balance point one event moves a weight by 2 u d/(u + d).

Devices of a trained network stand where as many random pulses would have put them: learning is a
small bias of the requests. Early, weights have to outgrow those that the network began with, and a
larger first step, u (1 - x) + d x over their spread, is ahead: that of unequal gamma, and of any
larger gamma. In the end it is of use if an event takes less of a weight away, (u + d)/2: least for
(1,1). How far these two numbers order gamma, their rank correlations tell. Where devices stand is
not stationary before several times 2/(u + d) events for each pair.

Everything is in units of the range, G_max - G_min.
"""

from dataclasses import dataclass

import numpy as np

from snn_brian.check.loading import load


@dataclass(frozen=True)
class Pair:
    """A pair of devices of which an event moves one up by the share `u` of what is left above it,
    the other down by the share `d` of what is left below it."""

    u: float
    d: float

    def place(self, q=0.5):
        """The balance point m(q) of the device that goes up with probability q."""
        return q * self.u / (q * self.u + (1 - q) * self.d)

    def spread(self, q=0.5):
        """Standard deviation of the place of that device."""
        a, b, m = 1 - self.u, 1 - self.d, self.place(q)
        square = q * (2 * a * self.u * m + self.u**2) / (1 - q * a**2 - (1 - q) * b**2)
        return np.sqrt(square - m**2)

    def weight(self, q=0.5):
        """Mean of the weight whose requests go up with probability q."""
        return self.place(q) - self.place(1 - q)

    def covariance(self, q=0.5):
        """Of the places of both devices."""
        a, b = 1 - self.u, 1 - self.d
        plus, minus = self.place(q), self.place(1 - q)
        product = self.u * b * (q * minus + (1 - q) * plus) / (1 - a * b)
        return product - plus * minus

    def weight_spread(self, q=0.5):
        """Standard deviation of the weight."""
        return np.sqrt(self.spread(q) ** 2 + self.spread(1 - q) ** 2 - 2 * self.covariance(q))

    @property
    def forgetting(self):
        """Share of a weight that a random event takes away."""
        return (self.u + self.d) / 2

    def step(self, place):
        """How far one event moves the weight when both devices stand at this place."""
        return self.u * (1 - place) + self.d * place


def pair(gamma_P, gamma_D, device=None):
    """The `Pair` of a device with the exponential law (10), the paper's TiOx unless given."""
    alphas = (device or load("device", "TiOx")).parameters
    return Pair(-np.expm1(-alphas["alpha_P"] * gamma_P), -np.expm1(-alphas["alpha_D"] * gamma_D))


def simulated(pair, events, start, generator, q=0.5):
    """Places of both devices of many pairs after random pulses, one event after the other.

    Parameters
    ----------
    pair : Pair
    events : array of int, shape (pairs,)
        Of each pair.
    start : array of shape (2, pairs)
        Places before.
    generator : numpy.random.Generator
    q : float
        Probability of an event that raises the weight.
    """
    plus, minus = np.array(start, float)
    for k in range(int(np.max(events, initial=0))):
        under_way, up = events > k, generator.random(len(plus)) < q
        for x, rises in ((plus, up), (minus, ~up)):
            x[:] = np.where(under_way, np.where(rises, x + pair.u * (1 - x), x - pair.d * x), x)
    return plus, minus
