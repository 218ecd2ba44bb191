"""The chain's own test vectors for its arithmetic (`math_*.json` of the golden data), every one, to the last bit."""

import json
import operator
import os
from pathlib import Path

import numpy as np
import pytest

from econ.yuma.chain.bonds import liquid_alpha, liquid_average, moving_average, weights_for_bonds
from econ.yuma.chain.hyperparameters import ChainHyperparameters
from econ.yuma.chain.masks import top
from econ.yuma.chain.matrix import SparseMatrix
from econ.yuma.chain.median import consensus, weighted_median
from econ.yuma.chain.numbers import (
    HIGHEST,
    LOWEST,
    ONE,
    add,
    clamped,
    divide,
    exponential,
    fraction_of_u16,
    from_integer,
    multiply,
    narrowed,
    normalised,
    to_u16,
    whole,
)
from econ.yuma.chain.weights import max_upscaled_weights, upscaled_to_u16, within_limit

GOLDEN = Path(os.environ.get("YUMA_SHARED", Path(__file__).resolve().parents[5] / "shared")) / "golden"
pytestmark = pytest.mark.skipif(not GOLDEN.is_dir(), reason=f"no golden data at {GOLDEN} (set YUMA_SHARED)")


def vectors(topic):
    return json.loads((GOLDEN / f"math_{topic}.json").read_text()) if GOLDEN.is_dir() else {"vectors": []}


def bits(value):
    """Decimals as raw integers, nearest, ties to even, as the chain's tests make them from floats."""
    if isinstance(value, list):
        return [bits(item) for item in value]
    return {"MAX": HIGHEST, "MIN": LOWEST}[value] if isinstance(value, str) else round(value * ONE)


def vector(values):
    return np.array(bits(values), dtype=np.int64)


def dense(rows):
    values = np.array(bits(rows), dtype=np.int64).reshape(len(rows), len(rows[0]) if rows else 0)
    return SparseMatrix(values=values, present=np.ones(values.shape, dtype=bool))


def sparse(rows, columns):
    values, present = np.zeros((len(rows), columns), dtype=np.int64), np.zeros((len(rows), columns), dtype=bool)
    for row, entries in enumerate(rows):
        for column, value in entries:
            values[row, column], present[row, column] = bits(value), True
    return SparseMatrix(values=values, present=present)


def width(*matrices):
    return max([0, *(column + 1 for rows in matrices for row in rows for column, _ in row)])


def rows_of(matrix):
    return [[list(entry) for entry in matrix.row(k)] for k in range(len(matrix.values))]


def sigmoid(x, rho, kappa):
    exponent = multiply(multiply(bits(rho), -ONE), clamped(bits(x) - bits(kappa)))
    return divide(ONE, add(exponential(exponent), ONE)).tolist()


def products(matrix, along):
    """Entries times a number of their column or row; where it is of the column the chain drops products of 0."""
    return SparseMatrix(values=multiply(matrix.values, along), present=matrix.present)


def masked(mask, matrix):
    return matrix.kept(~np.array(mask, dtype=bool).reshape(len(matrix.values), -1)).values.tolist()


def diagonal(matrix, but=None):
    keep = ~np.eye(*matrix.values.shape, dtype=bool)
    if but is not None:
        keep[but, but] = True
    return matrix.kept(keep)


COMPARED = {"a<b": operator.lt, "a==b": operator.eq, "a!=b": operator.ne, "a>b": operator.gt, "a<=b": operator.le}


def compared(matrix, first, second, how):
    void = COMPARED[how](np.array(first)[:, None], np.array(second))
    return rows_of(matrix.kept(~void))


FUNCTIONS = {
    "normalize": lambda x: normalised(vector(x)).tolist(),
    "inplace_normalize": lambda x: normalised(vector(x)).tolist(),
    "inplace_row_normalize": lambda m: dense(m).row_normalised().values.tolist(),
    "inplace_row_normalize_sparse": lambda m: rows_of(sparse(m, width(m)).row_normalised()),
    "inplace_col_normalize": lambda m: dense(m).column_normalised().values.tolist(),
    "inplace_col_normalize_sparse": lambda m, n: rows_of(sparse(m, n).column_normalised()),
    "inplace_col_max_upscale": lambda m: dense(m).column_max_upscaled().values.tolist(),
    "inplace_col_max_upscale_sparse": lambda m, n: rows_of(sparse(m, n).column_max_upscaled()),
    "weighted_median": lambda stake, score, index, minority, _low, _high: int(
        weighted_median(vector(score)[index][:, None], vector(stake)[index], bits(minority))[0]
    ),
    "weighted_median_col": lambda stake, m, kappa: consensus(dense(m), vector(stake), bits(kappa)).tolist(),
    "weighted_median_col_sparse": lambda stake, m, n, kappa: consensus(
        sparse(m[: len(stake)], n), vector(stake), bits(kappa)
    ).tolist(),
    "is_topk": lambda x, k: top(vector(x), k).tolist(),
    "inplace_col_clip": lambda m, x: dense(m).column_clipped(vector(x)).values.tolist(),
    "col_clip_sparse": lambda m, x: rows_of(sparse(m, len(x)).column_clipped(vector(x))),
    "interpolate": lambda a, b, ratio: weights_for_bonds(dense(a), dense(b), bits(ratio)).values.tolist(),
    "interpolate_sparse": lambda a, b, n, ratio: rows_of(weights_for_bonds(sparse(a, n), sparse(b, n), bits(ratio))),
    "mat_ema_alpha": lambda new, old, alpha: (
        liquid_average(dense(new), dense(old), dense(alpha).values).values.tolist() or [[]]  # of no rows one empty row
    ),
    "mat_ema_alpha_sparse": lambda new, old, alpha: rows_of(
        liquid_average(sparse(new, len(alpha[0])), sparse(old, len(alpha[0])), dense(alpha).values)
    ),
    "vec_max_upscale_to_u16": lambda x: upscaled_to_u16(vector(x)).tolist(),
    "vec_u16_max_upscale_to_u16": lambda x: max_upscaled_weights(np.array(x, dtype=np.int64)).tolist(),
    "check_vec_max_limited": lambda x, limit: within_limit(np.array(x, dtype=np.int64), limit),
    "exp_safe": lambda x: exponential(bits(x)).tolist(),
    "sigmoid_safe": sigmoid,
    "vecdiv": lambda a, b: divide(vector(a), vector(b)).tolist(),
    "vec_mul": lambda a, b: multiply(vector(a)[: len(b)], vector(b)[: len(a)]).tolist(),
    "matmul": lambda m, x: multiply(dense(m).values, vector(x)[:, None]).sum(axis=0).tolist(),
    "matmul_sparse": lambda m, x, n: multiply(sparse(m, n).values, vector(x)[:, None]).sum(axis=0).tolist(),
    "matmul_transpose": lambda m, x: multiply(dense(m).values, vector(x)).sum(axis=1).tolist(),
    "matmul_transpose_sparse": lambda m, x: multiply(sparse(m, len(x)).values, vector(x)).sum(axis=1).tolist(),
    "row_sum": lambda m: dense(m).values.sum(axis=1).tolist(),
    "row_sum_sparse": lambda m: sparse(m, width(m)).values.sum(axis=1).tolist(),
    "row_hadamard": lambda m, x: products(dense(m), vector(x)[:, None]).values.tolist(),
    "row_hadamard_sparse": lambda m, x: rows_of(products(sparse(m, width(m)), vector(x)[:, None])),
    "mat_vec_mul": lambda m, x: products(dense([row[: len(x)] for row in m]), vector(x)).values.tolist(),
    "mat_vec_mul_sparse": lambda m, x: rows_of(
        SparseMatrix.positive(
            products(sparse([[e for e in row if e[0] < len(x)] for row in m], len(x)), vector(x)).values
        )
    ),
    "inplace_mask_vector": lambda mask, x: np.where(mask, 0, vector(x)).tolist(),
    "inplace_mask_matrix": lambda mask, m: masked(mask, dense(m)),
    "inplace_mask_rows": lambda mask, m: masked(mask, dense(m)),
    "mask_rows_sparse": lambda mask, m: rows_of(sparse(m, width(m)).kept(~np.array(mask)[:, None])),
    "inplace_mask_diag": lambda m: diagonal(dense(m)).values.tolist(),
    "inplace_mask_diag_except_index": lambda m, but: diagonal(dense(m), but).values.tolist(),
    "mask_diag_sparse": lambda m: rows_of(diagonal(sparse(m, max(width(m), len(m))))),
    "mask_diag_sparse_except_index": lambda m, but: rows_of(diagonal(sparse(m, max(width(m), len(m))), but)),
    "vec_mask_sparse_matrix": lambda m, a, b, how: compared(sparse(m, len(b)), a, b, how),
}

TOPICS = ("normalise", "median", "linear", "ema", "quantise", "sigmoid_exp")


@pytest.mark.parametrize("topic", TOPICS)
def test_vectors(topic):
    for case in vectors(topic)["vectors"]:
        expected = case["expected"] if case["oracle_bits"] is None else case["oracle_bits"]
        got = FUNCTIONS[case["fn"]](*case["args"])
        assert got == expected, (case["fn"], case["test"], case["args"])


def test_formats():
    operations = {
        "one_minus_I32F32(bonds_moving_average/1e6 in I64F64)": lambda x: (
            ChainHyperparameters(bonds_moving_average=x).bond_alpha
        ),
        "I32F32(I64F64(x)/21e15)": lambda x: narrowed((x << 64) // 21_000_000_000_000_000),
        "I32F32->u16": lambda x: min(int(whole(from_integer(x))), 65535),
        "I32F32->u64": lambda x: int(whole(from_integer(x))),
        "I64F64->u64": lambda x: max(x << 64, 0) >> 64,
        "I64F64->I32F32": lambda x: narrowed(x << 64),
        "I32F32 proportion->u16": lambda x: int(to_u16(from_integer(x))),
        "u16->proportion": lambda x: int(fraction_of_u16(x)),
    }
    for case in vectors("formats")["vectors"]:
        got, expected = operations[case["op"]](case["input"]), case["expected"]
        if isinstance(expected, dict):
            expected = expected["bits"]
        elif case["op"] == "I64F64->I32F32":
            expected = bits(expected)
        assert got == expected, case


def test_exp_and_liquid_alpha_samples():
    given = vectors("liquid_alpha")
    samples = given["exp_samples"]
    got = exponential(np.array([sample["x_bits"] for sample in samples]))
    assert got.tolist() == [sample["exp_bits"] for sample in samples]
    for sample in given["alpha_sigmoid_samples"]:
        pair = (np.array([sample[f"{name}_bits"]]) for name in ("weight", "bond", "consensus"))
        names = ("alpha_low", "alpha_high", "alpha_sigmoid_steepness")
        assert liquid_alpha(*pair, *(sample[name] for name in names)).tolist() == [sample["alpha_bits"]], sample


def test_liquid_alpha_of_equal_limits_is_the_constant_alpha():
    """Bonds with liquid alpha on and off, from the same dense matrices (every zero is an explicit one)."""
    for case in vectors("liquid_alpha")["vectors"]:
        weights, bonds = dense(case["weights"]), dense(case["bonds"])
        columns = weights.values.shape[1]  # the vector's consensus holds one number more than there are columns
        slope = (case[name] for name in ("alpha_low", "alpha_high", "alpha_sigmoid_steepness"))
        alpha = liquid_alpha(weights.values, bonds.values, vector(case["consensus"])[:columns], *slope)
        on = liquid_average(weights, bonds, alpha).values
        constant = ChainHyperparameters(bonds_moving_average=case["bonds_moving_average"]).bond_alpha
        off = moving_average(weights, bonds, constant).values
        assert on.tolist() == bits(case["oracle_on"])
        assert off.tolist() == bits(case["oracle_off"])
        assert np.abs(on - off).max() <= case["tolerance"] * ONE


def test_limits_of_liquid_alpha_as_fractions():
    for case in vectors("liquid_alpha").get("alpha_values_conversion", []):
        for name in ("low", "high"):
            assert abs(int(fraction_of_u16(case[f"alpha_{name}"])) - bits(case[name])) <= case["tolerance"] * ONE
