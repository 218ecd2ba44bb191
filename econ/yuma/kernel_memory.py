"""Eight numbers from memory and back, for the compiled epoch.

Memory is a pointer to a C-contiguous array and the number of an element; nothing checks bounds, nothing keeps the array
alive: whoever takes a pointer sees to both.
"""

# mypy: allow-untyped-defs

from __future__ import annotations

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils

from econ.yuma.kernel_lanes import LANES, LanesType, every, inlined, vector_of

__all__ = [
    "fetch",
    "gather",
    "lanes_at",
    "memory_at",
    "number",
    "offset",
    "pointer",
    "put",
    "put_lanes",
    "scatter",
]

_INDEX = ir.IntType(32)


@inlined
def pointer(typing_context, array):
    """Where an array's elements begin."""

    def code(context, builder, signature, values):
        return context.make_array(signature.args[0])(context, builder, values[0]).data

    return types.CPointer(array.dtype)(array), code


@inlined
def offset(typing_context, memory, elements):
    """The pointer so many elements further on."""

    def code(context, builder, signature, values):
        return builder.gep(values[0], [values[1]])

    return memory(memory, types.intp), code


@inlined
def memory_at(typing_context, like, address):
    """The pointer to such an address, to elements like those of another."""

    def code(context, builder, signature, values):
        return builder.inttoptr(values[1], values[0].type)

    return like(like, types.int64), code


@inlined
def number(typing_context, memory, at):
    """Element number `at`."""

    def code(context, builder, signature, values):
        return builder.load(builder.gep(values[0], [values[1]]))

    return memory.dtype(memory, types.intp), code


@inlined
def put(typing_context, memory, at, value):
    """Write element number `at`."""

    def code(context, builder, signature, values):
        memory, at, value = values
        builder.store(
            context.cast(builder, value, signature.args[2], signature.args[0].dtype), builder.gep(memory, [at])
        )
        return context.get_dummy_value()

    return types.void(memory, types.intp, value), code


@inlined
def lanes_at(typing_context, memory, at):
    """The eight elements from number `at` on."""
    lanes = LanesType(memory.dtype)

    def code(context, builder, signature, values):
        address = builder.gep(values[0], [values[1]])
        wide = builder.bitcast(address, vector_of(lanes).as_pointer())
        return builder.load(wide, align=lanes.dtype.bitwidth // 8)

    return lanes(memory, types.intp), code


@inlined
def put_lanes(typing_context, memory, at, lanes):
    """Write the eight elements from number `at` on."""

    def code(context, builder, signature, values):
        address = builder.gep(values[0], [values[1]])
        wide = builder.bitcast(address, vector_of(lanes).as_pointer())
        builder.store(values[2], wide, align=lanes.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(memory, types.intp, lanes), code


@inlined
def fetch(typing_context, memory, at):
    """Bring the elements from number `at` on nearer, for use some time later; any address will do."""

    def code(context, builder, signature, values):
        place = builder.bitcast(builder.gep(values[0], [values[1]]), ir.IntType(8).as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [place.type, *[_INDEX] * 3])
        prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        read, everywhere, data = (ir.Constant(_INDEX, number) for number in (0, 3, 1))
        builder.call(prefetch, [place, read, everywhere, data])
        return context.get_dummy_value()

    return types.void(memory, types.intp), code


@inlined
def gather(typing_context, memory, at, step, count):
    """The `count` elements at, at + step, ...; lanes beyond are 0."""
    lanes = LanesType(memory.dtype)

    def code(context, builder, signature, values):
        memory, at, step, count = values
        none = ir.Constant(vector_of(lanes).element, 0.0)
        last = builder.sub(count, ir.Constant(count.type, 1))

        def element(lane):
            return builder.load(builder.gep(memory, [builder.add(at, builder.mul(step, lane))]))

        def filled(whole):
            found = every(vector_of(lanes), 0.0)
            for number in range(LANES):
                lane = ir.Constant(count.type, number)
                if whole:
                    value = element(lane)
                else:
                    inside = builder.icmp_signed("<", lane, count)
                    value = builder.select(inside, element(builder.select(inside, lane, last)), none)
                found = builder.insert_element(found, value, ir.Constant(_INDEX, number))
            return found, builder.block

        with builder.if_else(builder.icmp_signed("==", count, ir.Constant(count.type, LANES))) as (then, otherwise):
            with then:
                whole, after_whole = filled(True)
            with otherwise:
                part, after_part = filled(False)
        found = builder.phi(vector_of(lanes))
        found.add_incoming(whole, after_whole)
        found.add_incoming(part, after_part)
        return found

    return lanes(memory, types.intp, types.intp, types.intp), code


@inlined
def scatter(typing_context, memory, at, step, count, lanes):
    """Write the first `count` lanes to at, at + step, ..."""

    def code(context, builder, signature, values):
        memory, at, step, count, found = values

        def written(number):
            place = builder.add(at, builder.mul(step, ir.Constant(count.type, number)))
            value = builder.extract_element(found, ir.Constant(_INDEX, number))
            builder.store(value, builder.gep(memory, [place]))

        with builder.if_else(builder.icmp_signed("==", count, ir.Constant(count.type, LANES))) as (then, otherwise):
            with then:
                for number in range(LANES):
                    written(number)
            with otherwise:
                for number in range(LANES - 1):
                    with builder.if_then(builder.icmp_signed("<", ir.Constant(count.type, number), count)):
                        written(number)
        return context.get_dummy_value()

    return types.void(memory, types.intp, types.intp, types.intp, lanes), code
