"""Checks of a declaration when it is loaded: what each kind must be, to run and to describe a device or a rule."""
from snn_brian.check.devices import check_device
from snn_brian.check.neurons import check_encoder, check_neuron
from snn_brian.check.rules import check_rule, check_weight
from snn_brian.declarations import Device, Encoder, Neuron, Programming, Weight
from snn_brian.check.reader import Reader

CHECKS = {Neuron: check_neuron, Device: check_device, Weight: check_weight, Programming: check_rule, Encoder: check_encoder}
SOUND = set()  # what this process has checked: trials take time, and a sweep's points differ in few declarations


def check(declaration, file):
    """Refuse a declaration that could not run, or that describes no device or rule.

    Parameters
    ----------
    declaration : Neuron, Device, Weight, Programming or Encoder
    file : str or Path
        Where it is declared, for the message.

    Raises
    ------
    UserError
        Naming the file, the field, its value and the mend.
    """
    reader = Reader(declaration, file)
    for field, hint in type(declaration).__annotations__.items():
        reader.type(field, getattr(declaration, field), hint)
    if not declaration.name.strip():
        reader.refuse("name", "must not be empty; the declaration is found by it")
    content = repr(declaration), str(file)
    if content not in SOUND:
        CHECKS[type(declaration)](reader)
        SOUND.add(content)
