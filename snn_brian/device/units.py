"""Units of measured values: from the wording of a header or a flag to a factor in SI."""

import re
from dataclasses import dataclass

from snn_brian.base.errors import UserError, did_you_mean

PREFIXES = {"f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0, "k": 1e3, "M": 1e6}
PREFIXES |= {"G": 1e9}
LONG = {"femto": "f", "pico": "p", "nano": "n", "micro": "u", "milli": "m", "kilo": "k"}
LONG |= {"mega": "M", "giga": "G", "": ""}
SHOWN = ("S", "mS", "uS", "nS", "pS", "A", "mA", "uA", "nA", "pA", "ohm", "kohm", "Mohm")
NORMALISED = "normalised"
WORDS = {  # what a header may call the quantity
    "counter": r"pulses?|puls|index|idx|count|counter|cycles?|steps?|number|no|nr|n|#|unnamed|id"
    r"|num|iterations?|row|p",
    "time": r"times?|t|zeit|timestamp|elapsed",
    "voltage": r"voltages?|v|vread|vset|vreset|bias",
    "conductance": r"conductances?|conductivity|g|weights?|leitwert|ltp|ltd|cond",
    "current": r"currents?|i|iread|strom",
    "resistance": r"resistances?|res|widerstand",
    "change": r"dg|delta|deltag|Δg|δg|∆g|Δ|∆|change|changes|increments?|d g",
    NORMALISED: r"normali[sz]ed|norm|gnorm|relative|rel|arb|arbitrary|au|a\.u\.?|arb\.?u\.?"
    r"|dimensionless|unitless|g/gmax|g/g_max|g/g0|%|percent",
}


@dataclass(frozen=True)
class Unit:
    """What a column holds: a quantity of WORDS or None, and the factor to SI, None where none is
    given."""

    quantity: str | None
    factor: float | None
    text: str


def flag_unit(text: str) -> Unit:
    """The unit that `--unit` names.

    Raises
    ------
    UserError
        Unless it is one of conductance, current, resistance or no unit.
    """
    found = symbol(text)
    if found is None or found.quantity not in ("conductance", "current", "resistance", NORMALISED):
        allowed = [*SHOWN, NORMALISED]
        raise UserError(
            f"--unit: {text[:40]!r} is no unit of measured ramps{did_you_mean(text, allowed)}; "
            f"give one of {', '.join(allowed)}."
        )
    return found


def symbol(text: str) -> Unit | None:
    """The Unit that a symbol or name such as uS, µS, microsiemens, kOhm, kΩ, 1/ohm means, or
    None."""
    text = re.sub(r"\s+", "", text.strip().strip("[](){}<>")).replace("μ", "u").replace("µ", "u")
    text = text.replace("Ω", "ohm").replace("Ω", "ohm").replace("℧", "S")
    if re.fullmatch(WORDS[NORMALISED], text, re.IGNORECASE):
        return Unit(NORMALISED, 0.01 if text in ("%", "percent") else 1.0, text)
    inverse = re.fullmatch(r"(?:1/|per)([a-zA-Z]*ohm)|([a-zA-Z]*ohm)(?:\^?-1|⁻¹)", text)
    if inverse:
        ohm = symbol(inverse[1] or inverse[2])
        return ohm and Unit("conductance", 1 / ohm.factor, text)
    scaled = re.fullmatch(r"(?:[x×*]?(1(?:\.0)?[eE]|10\^?)([+-]?\d{1,2}))[*×x·]?(\D+)", text)
    if scaled:
        unit = symbol(scaled[3])
        return unit and Unit(unit.quantity, unit.factor * 10.0 ** int(scaled[2]), text)
    for pattern, quantity in (
        (r"S", "conductance"),
        (r"A", "current"),
        (r"V", "voltage"),
        (r"(?i:ohms?)", "resistance"),
        (r"s|sec", "time"),
    ):
        found = re.fullmatch(rf"([fpnumkMGK]?){pattern}", text)
        if found:
            return Unit(quantity, PREFIXES[found[1].replace("K", "k")], text)
    names = "siemens|mhos?|amperes?|amps?|volts?|ohms?|seconds"
    found = re.fullmatch(rf"({'|'.join(LONG)})-?({names}|s|a|v)", text.lower())
    if found and (found[1] or len(found[2]) > 1):
        kinds = dict(s="conductance", m="conductance", a="current", v="voltage", o="resistance")
        is_time = found[2].startswith("sec") or text.endswith("s") and found[2] == "s"
        quantity = "time" if is_time else kinds[found[2][0]]
        return Unit(quantity, PREFIXES[LONG[found[1]]], text)
    return None


def header_unit(text: str) -> Unit:
    """What the header of a column tells: its quantity and unit, each None where it says nothing.

    The unit stands in brackets, or at the end, after a blank, an underscore, a slash, a comma or
    `in`; a word such as `conductance` or `pulse` anywhere names the quantity.
    """
    quantity = _quantity(text)
    for candidate in _candidates(text):
        unit = symbol(candidate)
        if unit is None:
            continue
        if quantity == "conductance" and unit.quantity == "time":  # `G (us)` is no time
            unit = Unit("conductance", unit.factor, candidate)
        if unit.quantity == NORMALISED and quantity in (None, "conductance", NORMALISED):
            return Unit(NORMALISED, unit.factor, text)
        if quantity in ("change", "counter", "time"):
            return Unit(quantity, unit.factor, text)
        return Unit(unit.quantity, unit.factor, text)
    return Unit(quantity, 1.0 if quantity == NORMALISED else None, text)


def _candidates(text):
    """Where a unit may stand, most explicit first; a lone letter without brackets is a name."""
    yield from reversed(re.findall(r"[\[({<]([^\[\](){}<>]+)[\])}>]", text))
    bare = re.sub(r"[\[({<][^\[\](){}<>]*[\])}>]", " ", text).strip()
    pieces = [piece for piece in re.split(r"\s*[/,;:=|]\s*|[\s_]+", bare) if piece]
    if len(pieces) == 1 and symbol(bare):
        yield bare
    if re.search(r"\d\s*/|1/", bare):
        yield from re.findall(r"1/\w+", bare)
    for before, piece in reversed(list(zip(pieces, pieces[1:]))):
        named = before.lower() == "in" or _quantity(before) or re.search(r"[/,:]\s*\w$", bare)
        if len(piece) > 1 or named:  # `device A` is a name
            yield piece


def _quantity(text):
    """The quantity whose word stands in the header, a change or a normalised one before others."""
    text = text.strip()
    if text == "":
        return None
    if re.fullmatch(r"R(?:\W.*|_[a-z].*)?", text):  # `r 1` and `R1` are runs or ramps
        return "resistance"
    lower = text.lower()
    if re.search(r"(?:Δ|∆|δ|\bd(?:elta)?[ _]?)g\b", lower):
        return "change"
    if re.search(r"g(?:_?p|_?t)?\s*/\s*g[_ ]?(?:max|0)", lower):
        return NORMALISED
    words = [word for word in re.split(r"[^\w#%.Δ∆δ]+|_|(?<=\D)(?=\d+$)", lower) if word]
    found = [
        kind
        for kind in ("change", NORMALISED, "time", "conductance", "current", "resistance")
        if any(re.fullmatch(WORDS[kind], word) for word in words)
    ]
    if found:
        return found[0]
    for kind in ("voltage", "counter"):
        if words and re.fullmatch(WORDS[kind], words[0]):
            return kind
    return None
