"""Refresh of pairs whose devices can only go up step by step: both are erased, and the weight is
programmed anew.

Which pairs are due is decided from a read of both devices. Each is given `erase_pulses` depressing
pulses; then, open-loop, the device that is to have more is given the potentiating pulses which the
declared law needs for the weight that was read, rounded, but at most 1000. What noise and rounding
make of it stays.
"""

from collections.abc import Mapping

from brian2.utils.stringtools import word_substitute

from snn_brian.crossbar.pulses import Pulses

# of a neuron, in all of its pairs; the energy of these pulses is in load_P and load_D
REFRESHED = ("erasing_pulses", "refresh_pulses", "refresh_reads")
MOST_PULSES = 1000  # for one weight
# of one device: erased, then moved up if it is the one that is to have more
ERASED = """
erasing = n*rule_erase_pulses
{before}
erased_{side} = clip(G_{side} - ({erase}){erase_noise}, {least}, {most})
{after_erase}
"""
WRITTEN = """
{before}
missing_{side} = clip({sign}to_write, 0, (1 - 1e-6)*(G_max - erased_{side}))
pulses_{side} = n*int({sign}to_write > 0)*clip(floor({needed} + 0.5), 0, {cap})
written_{side} = clip(erased_{side} + int(pulses_{side} > 0)*({rise}){noise}, {least}, {most})
{after_pulses}
"""
# Plain Synapses run this everywhere: with an n of 0 it changes nothing.
COUNTED = """
erasing_pulses += 2*erasing
refresh_pulses += pulses_plus + pulses_minus
load_D += erasing*(G_plus + erased_plus + G_minus + erased_minus)/2
load_P += (pulses_plus*(erased_plus + written_plus) + pulses_minus*(erased_minus + written_minus))/2
{wired}
G_plus = n*written_plus + (1 - n)*G_plus
G_minus = n*written_minus + (1 - n)*G_minus
w = n*(written_plus - written_minus) + (1 - n)*w
"""
SIGNS = dict(plus="", minus="-")


def refreshing(pair: object, own: Mapping[str, str]) -> Pulses:
    """The pulses of a refresh, at an event of the neurons.

    Parameters
    ----------
    pair : snn_brian.network.pair.Pair
        Of a rule with a `refresh`.
    own : mapping of str to str
        What the rule's parameters are called in a synapse.
    """
    code = [_erased(pair, side) for side in SIGNS]
    code.append("to_write = G_plus - G_minus - erased_plus + erased_minus")
    code += [_written(pair, side, sign) for side, sign in SIGNS.items()]
    wired = pair.wired("(n*(written_{side} - G_{side}))")
    code = "\n".join([*code, COUNTED.format(wired=wired.strip())])
    number = f"int({word_substitute(pair.programming.refresh, own)})"
    return Pulses(number, code, prepare="refresh_reads += 2")


def _erased(pair, side):
    law = pair.device.law
    given = dict(n="erasing")
    return ERASED.format(
        side=side,
        before=pair.of_device(law.before, side),
        erase=pair.of_device(law.depression, side, **given),
        erase_noise=_noise(pair, side, "erasing", "0"),
        after_erase=pair.of_device(law.after_pulses, side, **given),
        **_ends(pair, side),
    )


def _written(pair, side, sign):
    law, G = pair.device.law, f"erased_{side}"
    given = dict(G=G, n=f"pulses_{side}")
    nominal = {name: f"device_{name}" for name in pair.device.parameters}
    # what is not due may stand at G_max, where an inverse has no number
    due = f"(n*{G} + (1 - n)*({_ends(pair, side)['least']}))"
    nominal |= dict(G_max="G_max", G_min="G_min", G=due, dG=f"missing_{side}")
    return WRITTEN.format(
        side=side,
        sign=sign,
        cap=MOST_PULSES,
        before=pair.of_device(law.before, side, G=G),
        needed=pair.of_device(law.potentiation_needed, side, **nominal),
        rise=pair.of_device(law.potentiation, side, **given),
        noise=_noise(pair, side, f"pulses_{side}", "1", G=G),
        after_pulses=pair.of_device(law.after_pulses, side, **given),
        **_ends(pair, side),
    )


def _noise(pair, side, n, rises, **given):
    """The spread of `n` pulses of one way, as in the pulses of a request."""
    device = pair.device
    if not device.cycle_to_cycle:
        return ""
    factor = pair.of_device(device.law.noise, side, rises=rises, **given)
    span = pair.of_device("(G_max - G_min)", side)
    return f" + device_cycle_to_cycle*({factor})*{span}*sqrt({n})*randn()"


def _ends(pair, side):
    law = pair.device.law
    return dict(least=pair.of_device(law.lowest, side), most=pair.of_device(law.highest, side))
