"""Import torchvision.datasets, also where torchvision was built for another torch."""

import importlib
import re
import sys
from types import ModuleType

from snn_brian.base.errors import UserError

_MISSING_OPERATOR = re.compile(r"operator torchvision::\w+ does not exist")
_SCHEMA = "{}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_libraries = []  # torch drops the schemas of a Library object when it is collected


def datasets() -> ModuleType:
    """The module torchvision.datasets; the first call imports torch, which takes seconds.

    Raises
    ------
    UserError
        Where torch or torchvision is missing, or they do not fit together.
    """
    try:
        try:
            return importlib.import_module("torchvision.datasets")
        except RuntimeError as exc:
            if not _MISSING_OPERATOR.search(str(exc)):
                raise
            _define_operators()
            return importlib.import_module("torchvision.datasets")
    except (ImportError, RuntimeError) as exc:
        raise UserError(
            f"torchvision: it cannot be imported ({' '.join(str(exc).split())}); "
            "install torch and torchvision from the same package index, in versions that fit."
        ) from exc


def _define_operators() -> None:
    """Declare the operators that torchvision expects of its compiled part.

    The torchvision of PyPI is built for the CUDA torch. Beside a CPU torch its compiled part does
    not load, and `import torchvision` then fails on registering shape functions for nms and qnms.
    The data sets use no compiled operator, so the bare declarations are enough.
    """
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        if not hasattr(torch.ops.torchvision, name):
            library.define(_SCHEMA.format(name))
    _libraries.append(library)
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]
