"""Arrays that equations read by index: images, labels and the order of presentations.

Brian2's TimedArray would serve, but holds float64: 440 MB for MNIST, where a byte a pixel is 55 MB.
A table's values are not compiled in: a compiled run reads them from `static_arrays/NAME_values` in
its folder.
"""

import numpy as np
from brian2.core.functions import Function
from numpy.typing import DTypeLike


def lookup(name: str, shape: tuple[int, ...], dtype: DTypeLike) -> tuple[Function, np.ndarray]:
    """A Brian2 function `name(row)` or `name(row, column)` of integers and its array, zeros of this
    shape and dtype.

    The array may be filled in place at any time before a run in a runtime target.

    Parameters
    ----------
    name : str
    shape : tuple of one or two int
    dtype : int8 or int32
    """
    words = np.zeros(-(-np.prod(shape) * np.dtype(dtype).itemsize // 4), np.int32)
    values = words.view(dtype)[: np.prod(shape)].reshape(shape)
    ctype = {np.dtype(np.int8): "signed char", np.dtype(np.int32): "int"}[values.dtype]
    columns = shape[1] if len(shape) == 2 else 1
    arguments = ["row", "column"][: len(shape)]
    index = f"row*{columns} + column" if len(shape) == 2 else "row"

    def read(*indices):
        return values[tuple(np.asarray(index) for index in indices)].astype(np.int32)

    function = Function(
        read,
        arg_types=["integer"] * len(shape),
        return_type="integer",
        arg_units=[1] * len(shape),
        return_unit=1,
        stateless=True,
    )
    function.implementations.add_numpy_implementation(read, discard_units=True)
    function.implementations.add_implementation(
        "cpp",
        f"""
        static inline int32_t {name}({", ".join(f"const int64_t {a}" for a in arguments)})
        {{
            return _namespace{name}_values[{index}];
        }}
        """,
        namespace={f"{name}_values": values.ravel()},
        name=name,
    )
    function.implementations.add_implementation(
        "cython",
        f"""
        cdef int {name}({", ".join(f"long {a}" for a in arguments)}):
            global _namespace{name}_values
            return (<{ctype} *> _namespace{name}_values)[{index}]
        """,
        namespace={f"{name}_values": words},
        name=name,  # Brian2's Cython generator does not know bytes
    )
    return function, values
