"""Expressions and statements of Brian2 in NumPy."""

import numpy as np

from snn_brian.crossbar.evaluate import carry_out, evaluate


def test_an_expression_is_evaluated_for_arrays_with_draws_at_their_mean():
    found = evaluate(
        "2*x*rand() + randn() + SR(0.6) + int(x > 1)*mV/volt", {"x": np.array([1.0, 2.0])}
    )
    np.testing.assert_allclose(found, [2.0, 3.001])


def test_statements_are_carried_out_one_after_another():
    found = carry_out(
        """x += 2*y  # comment
                         y = SR(x)
                         x -= 1; x *= y; z = x""",
        {"x": np.array([1.0, 2.0]), "y": 0.3},
    )
    np.testing.assert_allclose(
        [found["x"], found["y"], found["z"]], [[1.2, 4.8], [2, 3], [1.2, 4.8]]
    )
