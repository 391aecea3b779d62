"""Crossbars of memristor pairs and of ideal weights, as PyTorch tensors, from the paper's
equations."""

import torch


def stochastically_rounded(x, random):
    """(6): up with the probability of the fraction."""
    return torch.floor(x + torch.rand(x.shape, generator=random))


class Pair:
    """A crossbar of pairs of devices, conductances in units of G_max, shape (inputs, neurons); w =
    G_plus - G_minus (2)."""

    def __init__(self, arm, G_plus, G_minus, random):
        self.G_plus, self.G_minus, self.random = G_plus, G_minus, random
        self.programming, self.numbers = (
            arm["programming"]["name"],
            arm["programming"]["parameters"],
        )
        self.law, self.device, self.K = (
            arm["device"]["law"]["name"],
            arm["device"]["parameters"],
            arm["device"]["K"],
        )
        self.chi = torch.zeros_like(G_plus)
        self.begin()

    @property
    def w(self):
        return self.G_plus - self.G_minus

    def begin(self):
        self.pulses_P = self.pulses_D = 0
        self.load_P = self.load_D = 0.0  # sum over pulses of the mean conductance before and after

    def change(self, dw):
        """Carry out a requested change of the weights by pulses on both devices, in opposite
        directions."""
        n, (n_P, n_D) = self.pulses(dw)
        G_plus = torch.where(n > 0, self.potentiated(self.G_plus, n_P), self.G_plus)
        G_plus = torch.where(n < 0, self.depressed(self.G_plus, n_D), G_plus)
        G_minus = torch.where(n < 0, self.potentiated(self.G_minus, n_P), self.G_minus)
        G_minus = torch.where(n > 0, self.depressed(self.G_minus, n_D), G_minus)
        plus, minus = (self.G_plus + G_plus) / 2, (self.G_minus + G_minus) / 2
        n_P, n_D = n_P * (n != 0), n_D * (n != 0)
        self.pulses_P, self.pulses_D = (
            self.pulses_P + int(n_P.sum()),
            self.pulses_D + int(n_D.sum()),
        )
        self.load_P += float((n_P * torch.where(n > 0, plus, minus)).sum(dtype=torch.float64))
        self.load_D += float((n_D * torch.where(n > 0, minus, plus)).sum(dtype=torch.float64))
        self.G_plus, self.G_minus = G_plus, G_minus

    def pulses(self, dw):
        """Direction, and pulses on the device that is potentiated and on the one that is
        depressed."""
        if self.programming == "ternary":  # (14)
            n = stochastically_rounded(dw, self.random).clamp(-1, 1)
            return n, (self.numbers["gamma_P"], self.numbers["gamma_D"])
        if self.programming == "stochastic_rounding":  # (6), (7); both devices move
            n = stochastically_rounded(dw * self.device["N"] / (2 * (1 - self.K)), self.random)
        if self.programming == "accumulator":
            self.chi += dw
            n = torch.trunc(self.chi / self.numbers["theta"])
            self.chi -= n * self.numbers["theta"]
        return n, (n.abs(), n.abs())

    def potentiated(self, G, n):
        if self.law == "linear":
            return (G + n * (1 - self.K) / self.device["N"]).clamp(max=1)
        return 1 - (1 - G) * decay(self.device["alpha_P"], n)  # (10)

    def depressed(self, G, n):
        if self.law == "linear":
            return (G - n * (1 - self.K) / self.device["N"]).clamp(min=self.K)
        return self.K + (G - self.K) * decay(self.device["alpha_D"], n)  # (10)


def decay(alpha, n):
    return torch.exp(-alpha * torch.as_tensor(n, dtype=torch.float32))


class Ideal:
    """The baseline: a weight that takes every change as it is."""

    pulses_P = pulses_D = 0
    load_P = load_D = 0.0

    def __init__(self, w):
        self.w = w

    def begin(self):
        pass

    def change(self, dw):
        self.w = self.w + dw
