"""Eight numbers at a time: the type on which the compiled epoch is written, so that vector code does not hang on luck.

A value of type `Lanes` holds eight floats, here of eight miners or of eight worlds. Arithmetic between lanes, or of
lanes and a number, is lane by lane; a condition selects instead of branching. The compiler lowers it to whatever
vectors the machine has. How lanes come from memory and go there is in `econ.yuma.kernel_memory`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, overload, register_model

__all__ = [
    "LANES",
    "LanesType",
    "above_zero",
    "any_below",
    "at_least",
    "every",
    "falling",
    "inlined",
    "lifting",
    "maximum",
    "minimum",
    "multiply_add",
    "next_after",
    "total",
    "vector_of",
]

LANES = 8
"""Two vectors of the common machines in float64, one in float32."""

_INDEX = ir.IntType(32)


def inlined(function: Callable[..., Any]) -> Any:
    """A function of compiled code that writes its own instructions."""
    return intrinsic(function)


class LanesType(types.Type):
    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype
        super().__init__(name=f"Lanes({dtype})")


@register_model(LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, lanes: Any) -> None:
        super().__init__(manager, lanes, vector_of(lanes))


def vector_of(lanes: Any) -> Any:
    """The compiler's type of such lanes."""
    return ir.VectorType(ir.DoubleType() if lanes.dtype == types.float64 else ir.FloatType(), LANES)


def _integers(lanes: Any) -> Any:
    return ir.VectorType(ir.IntType(lanes.dtype.bitwidth), LANES)


def every(vector: Any, value: Any) -> Any:
    """A constant in every lane."""
    return ir.Constant(vector, [value] * LANES)


def _spread(builder: Any, number: Any, vector: Any) -> Any:
    """One number in every lane."""
    none = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(none, number, ir.Constant(_INDEX, 0))
    return builder.shuffle_vector(first, none, ir.Constant(ir.VectorType(_INDEX, LANES), [0] * LANES))


def _as_lanes(context: Any, builder: Any, value: Any, of: Any, lanes: Any) -> Any:
    if of == lanes:
        return value
    return _spread(builder, context.cast(builder, value, of, lanes.dtype), vector_of(lanes))


@inlined
def total(typing_context, lanes):  # type: ignore[no-untyped-def]
    """The sum over the lanes, in pairs."""

    def code(context, builder, signature, values):  # type: ignore[no-untyped-def]
        (left,), width = values, LANES
        while width > 1:
            width //= 2
            index = ir.VectorType(_INDEX, width)
            halves = [
                builder.shuffle_vector(left, left, ir.Constant(index, list(range(start, start + width))))
                for start in (0, width)
            ]
            left = builder.fadd(*halves)
        return builder.extract_element(left, ir.Constant(_INDEX, 0))

    return lanes.dtype(lanes), code


def _lane_by_lane(operation: Callable[[Any, Any, Any], Any]) -> Any:
    """An operation on two lanes, or on lanes and a number."""

    @inlined
    def applied(typing_context, a, b):  # type: ignore[no-untyped-def]
        lanes = a if isinstance(a, LanesType) else b

        def code(context, builder, signature, values):  # type: ignore[no-untyped-def]
            both = [_as_lanes(context, builder, v, t, lanes) for v, t in zip(values, signature.args, strict=True)]
            return operation(builder, *both)

        return lanes(a, b), code

    return applied


minimum = _lane_by_lane(lambda builder, a, b: builder.select(builder.fcmp_ordered("<", a, b), a, b))
maximum = _lane_by_lane(lambda builder, a, b: builder.select(builder.fcmp_ordered(">", a, b), a, b))


def _operator(symbols: tuple[Any, ...], name: str) -> None:
    applied = _lane_by_lane(lambda builder, a, b: getattr(builder, name)(a, b))

    def chosen(a, b):  # type: ignore[no-untyped-def]
        if isinstance(a, LanesType) or isinstance(b, LanesType):
            return lambda a, b: applied(a, b)
        return None

    for symbol in symbols:
        overload(symbol)(chosen)


_operator((operator.add, operator.iadd), "fadd")
_operator((operator.sub, operator.isub), "fsub")
_operator((operator.mul, operator.imul), "fmul")
_operator((operator.truediv, operator.itruediv), "fdiv")


@inlined
def at_least(typing_context, a, b, then, otherwise):  # type: ignore[no-untyped-def]
    """`then` in the lanes where a >= b, `otherwise` in the others."""

    def code(context, builder, signature, values):  # type: ignore[no-untyped-def]
        a, b, then, otherwise = values
        return builder.select(builder.fcmp_ordered(">=", a, b), then, otherwise)

    return then(a, b, then, otherwise), code


@inlined
def above_zero(typing_context, a, then, otherwise):  # type: ignore[no-untyped-def]
    """`then` in the lanes where a > 0, `otherwise` in the others."""

    def code(context, builder, signature, values):  # type: ignore[no-untyped-def]
        a, then, otherwise = values
        return builder.select(builder.fcmp_ordered(">", a, every(a.type, 0.0)), then, otherwise)

    return then(a, then, otherwise), code


@inlined
def any_below(typing_context, a, b):  # type: ignore[no-untyped-def]
    """Whether a < b in any lane."""

    def code(context, builder, signature, values):  # type: ignore[no-untyped-def]
        bits = builder.bitcast(builder.fcmp_ordered("<", *values), ir.IntType(LANES))
        return builder.icmp_unsigned("!=", bits, ir.Constant(bits.type, 0))

    return types.boolean(a, b), code


@inlined
def next_after(typing_context, a):  # type: ignore[no-untyped-def]
    """The next larger number in each lane; none is negative."""

    def code(context, builder, signature, values):  # type: ignore[no-untyped-def]
        bits = builder.bitcast(values[0], _integers(a))
        return builder.bitcast(builder.add(bits, every(bits.type, 1)), vector_of(a))

    return a(a), code


@inlined
def lifting(typing_context, a):  # type: ignore[no-untyped-def]
    """A power of two in the lanes where `a` is so small that its inverse may be infinite, 1 in the others."""
    small, power = (1e-280, 2.0**600) if a.dtype == types.float64 else (1e-30, 2.0**100)

    def code(context, builder, signature, values):  # type: ignore[no-untyped-def]
        vector = vector_of(a)
        is_small = builder.fcmp_ordered("<", values[0], every(vector, small))
        return builder.select(is_small, every(vector, power), every(vector, 1.0))

    return a(a), code


def _tanh_terms() -> list[float]:
    """p0, p1, q1, q2 with tanh(z) = z (p0 + p1 z^2) / (1 + q1 z^2 + q2 z^4) at four z, to 1e-14 up to ln 2 / 4."""
    square = (np.polynomial.chebyshev.chebpts1(4) + 1.0) / 2.0 * (math.log(2.0) / 4.0) ** 2
    value = np.tanh(np.sqrt(square)) / np.sqrt(square)
    unknown = np.stack([square**0, square, -value * square, -value * square**2], axis=1)
    return [float(term) for term in np.linalg.solve(unknown, value)]


@inlined
def falling(typing_context, a):  # type: ignore[no-untyped-def]
    """1 / (1 + 2^a) in each lane, to 1e-14; |a| at most 100.

    a = n + r with n whole and |r| <= 1/2. Of 2^r = (1 + t) / (1 - t), t = tanh(r ln 2 / 2), only numerator and
    denominator are worked out and 2^n enters by the exponent's bits, so that one division is made in all.
    """
    wide = LanesType(types.float64)
    p0, p1, q1, q2 = _tanh_terms()
    half = math.log(2.0) / 2.0

    def code(context, builder, signature, values):  # type: ignore[no-untyped-def]
        vector, bits = vector_of(wide), _integers(wide)
        multiply_add = _multiply_add(builder, vector)
        x = values[0] if a.dtype == types.float64 else builder.fpext(values[0], vector)
        shift = every(vector, 1.5 * 2.0**52)  # adding it rounds to a whole number, kept in the low bits
        shifted = builder.fadd(x, shift)
        r = builder.fsub(x, builder.fsub(shifted, shift))
        square = builder.fmul(r, r)
        odd = multiply_add(square, every(vector, p1 * half**3), every(vector, p0 * half))
        even = multiply_add(square, every(vector, q2 * half**4), every(vector, q1 * half**2))
        odd, even = builder.fmul(odd, r), multiply_add(even, square, every(vector, 1.0))
        above, below = builder.fadd(even, odd), builder.fsub(even, odd)
        exponent = builder.shl(builder.bitcast(shifted, bits), every(bits, 52))
        above = builder.bitcast(builder.add(builder.bitcast(above, bits), exponent), vector)
        found = builder.fdiv(below, builder.fadd(below, above))
        return found if a.dtype == types.float64 else builder.fptrunc(found, vector_of(a))

    return a(a), code


def _multiply_add(builder: Any, vector: Any) -> Callable[[Any, Any, Any], Any]:
    """a * b + c, rounded once where the machine can."""
    name = f"llvm.fmuladd.v{LANES}f{64 if vector.element == ir.DoubleType() else 32}"
    fused = cgutils.get_or_insert_function(builder.module, ir.FunctionType(vector, [vector] * 3), name)
    return lambda a, b, c: builder.call(fused, [a, b, c])


@inlined
def multiply_add(typing_context, a, b, c):  # type: ignore[no-untyped-def]
    """a * b + c in each lane, rounded once where the machine can; any of them may be a number."""
    lanes = next(each for each in (a, b, c) if isinstance(each, LanesType))

    def code(context, builder, signature, values):  # type: ignore[no-untyped-def]
        given = [_as_lanes(context, builder, v, t, lanes) for v, t in zip(values, signature.args, strict=True)]
        return _multiply_add(builder, vector_of(lanes))(*given)

    return lanes(a, b, c), code
