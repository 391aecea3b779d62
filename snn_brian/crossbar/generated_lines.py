"""Lines of generated C++, by what they load and store: templates put them where loops need them."""

import re


def split_by_neuron(code):
    """Lines that load the neuron's variables, those between, and those that store the neuron's
    variables."""
    loads = [
        line
        for line in code
        if re.fullmatch(r"\s*(const )?\w+ \w+ = \w+\[_postsynaptic_idx\];", line)
    ]
    stores = [line for line in code if re.fullmatch(r"\s*\w+\[_postsynaptic_idx\] = \w+;", line)]
    stored = {line.rstrip(";").split()[-1] for line in stores}
    loads += [
        line
        for line in code
        if re.fullmatch(r"\s*\w+ \w+;", line) and line.rstrip(";").split()[-1] in stored
    ]
    between = [line for line in code if line not in loads and line not in stores]
    return loads, between, stores


def split_places(code):
    """Lines that neither load nor store variables of the synapse or the neuron, and where those lie
    that are loaded, and stored: (lines, {name: place}, {name: place})."""
    place = r"\w+\[_(?:idx|together|postsynaptic_idx)\]"
    loads = [re.fullmatch(rf"\s*(?:const )?\w+ (\w+) = ({place});", line) for line in code]
    stores = [re.fullmatch(rf"\s*({place}) = (\w+);", line) for line in code]
    between = [line for line, *found in zip(code, loads, stores) if not any(found)]
    loaded = {found[1]: found[2] for found in loads if found}
    return between, loaded, {found[2]: found[1] for found in stores if found}
