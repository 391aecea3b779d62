"""The networks behind the paper's figures and claims: name -> flags of runs/mnist_local.py, and
what its --set takes."""

BETA_P, BETA_D = 626.8, 921.9  # nS, the paper's fit of TiOx; the state form (10) does without them
EPOCHS = 10  # unless a setting says otherwise
ON_LINE = dict(optimizer="sgd", batch=1)


def ternary(gamma_P, gamma_D, **more):
    """The paper's rule, Eq. (14), with Adam and batches of 100 unless told otherwise."""
    return {
        "arm": "memristive",
        "programming": "ternary",
        "programming.gamma_P": gamma_P,
        "programming.gamma_D": gamma_D,
        **more,
    }


def setting(gammas):
    """The name of the setting with these gamma_P and gamma_D."""
    return "gamma ({},{})".format(*gammas)


def gammas(name):
    """gamma_P and gamma_D of such a name."""
    return tuple(map(int, name.removeprefix("gamma (").removesuffix(")").split(",")))


def on_line(rule, device="TiOx", **more):
    return {"arm": "memristive", "programming": rule, "device": device, **ON_LINE, **more}


GAMMAS = {
    setting((P, D)): ternary(P, D) for P, D in [(1, 1), (2, 2), (3, 3), (3, 1), (1, 3), (5, 1)]
}
BASELINE = {"baseline": dict(arm="baseline")}
BEYOND = {
    "baseline, on-line": dict(arm="baseline", **ON_LINE),
    "accumulator, on-line": on_line("accumulator"),
    "counter, on-line": on_line("counter"),
    "gamma (1,1), on-line": on_line("ternary"),
}
ROUNDING = {
    "limited weights": dict(arm="baseline", device="limited", **ON_LINE),
    "stochastic rounding": on_line("stochastic_rounding_single", "linear"),
    "deterministic rounding": on_line("deterministic_rounding_single", "linear"),
}
# The other reading of (7), in which each pulse moves w by twice as much.
BOTH_DEVICES = {
    "stochastic rounding, both devices": on_line("stochastic_rounding", "linear"),
    "deterministic rounding, both devices": on_line("deterministic_rounding", "linear"),
}
READ_RULES = {
    "cancelling (11), (12)": on_line("cancelling"),
    "cancelling, linearised (13)": on_line("cancelling_linearised"),
    "write and verify": on_line("write_verify"),
}
LONG = {
    "20 epochs": ternary(1, 1, epochs=20),
    "20 epochs, eta constant": ternary(1, 1, epochs=20, **{"learning.decay": 1}),
    "20 epochs on-line, eta constant": ternary(1, 1, epochs=20, **ON_LINE, **{"learning.decay": 1}),
}
# Short epochs without decay, to see when an accuracy is reached.
EARLY = {
    f"early, gamma ({P},{D}), eta {eta}": ternary(
        P, D, train=3000, epochs=20, **{"learning.decay": 1, "learning.eta": eta}
    )
    for eta in (0.001, 0.01)
    for P, D in [(1, 1), (3, 3), (5, 5), (3, 1), (5, 1)]
}
# Where the paper is silent: each reading with equal and unequal gamma.
INTERPRETATIONS = {
    "as chosen here": {},
    "one device of the pair, at random": {"programming": "ternary_single"},
    "batches of 20": {"batch": 20},
    "batches of 500": {"batch": 500},
    "request halved inside SR": {"learning.eta": 0.015},
    "request doubled inside SR": {"learning.eta": 0.06},
    "conductances start around the symmetry point": {"learning.initial": "0.04,0.144"},
    "conductances start anywhere": {"learning.initial": "0,1"},
    "on-line, without Adam": {**ON_LINE},
    "mean-squared error": {"loss": "mse"},
}
SILENT = {
    f"{reading}, gamma ({P},{D})": ternary(P, D) | changes
    for reading, changes in INTERPRETATIONS.items()
    for P, D in [(1, 1), (3, 1)]
}
SILENT |= {f"potentiation only, gamma ({P},0)": ternary(P, 0) for P in (1, 3)}
