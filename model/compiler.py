"""How kernels that work by parts (`threads.across`), and their steps, are compiled."""

from __future__ import annotations

from typing import Any

from numba import njit, types
from numba.core import cgutils, ir
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.lowering import Lower
from numba.core.typed_passes import NativeLowering
from numba.np.arrayobj import make_array


def holds_arrays(kind: types.Type) -> bool:
    """Whether values of a Numba type are arrays, or tuples with arrays among them."""
    return isinstance(kind, types.Array) or (isinstance(kind, types.BaseTuple) and any(map(holds_arrays, kind.types)))


class LowerLent(Lower):
    """The arrays of a call are lent: whoever calls holds them until the function is done, so that nobody counts references to them. An
    array that the function makes is held until it returns, or makes it anew. Numba would count with every slice and every call of a
    helper, one atomic operation each, which also waits for all that was written before."""

    def extract_function_arguments(self) -> list[Any]:
        given = super().extract_function_arguments()
        self.fnargs = [self._lent(kind, value) for kind, value in zip(self.fndesc.argtypes, given, strict=True)]
        return self.fnargs

    def pre_lower(self) -> None:
        super().pre_lower()
        if holds_arrays(self.fndesc.restype):
            raise TypeError(f"{self.fndesc.qualname} works on lent arrays and cannot return one: let it write to an array that is given")
        made = [one for block in self.blocks.values() for one in block.find_insts(ir.Assign)
                if isinstance(one.value, ir.Expr) and isinstance(self.typeof(one.target.name), types.Array)]
        nobody = cgutils.get_null_value(cgutils.voidptr_t)
        self._held = {id(one): cgutils.alloca_once_value(self.builder, nobody) for one in made}

    def lower_assign(self, ty: Any, inst: ir.Assign) -> Any:
        value = super().lower_assign(ty, inst)
        if id(inst) not in self._held:
            return value
        slot = self._held[id(inst)]
        self._let_go(slot)
        self.builder.store(make_array(ty)(self.context, self.builder, value).meminfo, slot)
        return self._lent(ty, value)

    def lower_inst(self, inst: Any) -> None:
        if isinstance(inst, ir.Return):
            for slot in self._held.values():
                self._let_go(slot)
        super().lower_inst(inst)

    def create_cpython_wrapper(self, release_gil: bool = False) -> None:
        self.context.subtarget(enable_nrt=False).create_cpython_wrapper(
            self.library, self.fndesc, self.env, self.call_helper, release_gil=release_gil)

    def _let_go(self, slot: Any) -> None:
        self.context.nrt.decref(self.builder, types.MemInfoPointer(types.voidptr), self.builder.load(slot))

    def _lent(self, kind: types.Type, value: Any) -> Any:
        """The same value with arrays of which nobody counts references."""
        if isinstance(kind, types.Array):
            array = make_array(kind)(self.context, self.builder, value)
            array.meminfo = array.parent = cgutils.get_null_value(array.meminfo.type)
            return array._getvalue()
        if holds_arrays(kind):
            for k, of_one in enumerate(kind.types):
                value = self.builder.insert_value(value, self._lent(of_one, self.builder.extract_value(value, k)), k)
        return value


@register_pass(mutates_CFG=True, analysis_only=False)
class LoweringOfLent(NativeLowering):
    """The pass that writes machine code, by `LowerLent`."""

    _name = "lowering_of_lent"

    @property
    def lowering_class(self) -> type[Lower]:
        return LowerLent


class ByParts(CompilerBase):
    """Numba's compiler for arrays that are lent and lie apart: what is written to one changes nothing that was read of another, so that
    nothing is read again, and vector loops need not ask."""

    def define_pipelines(self) -> list[PassManager]:
        self.state.flags.noalias = True
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.passes = [(LoweringOfLent if one is NativeLowering else one, why) for one, why in passes.passes]
        passes.finalize()
        return [passes]


by_parts = njit(nogil=True, cache=True, error_model="numpy", pipeline_class=ByParts)
"""Decorates a kernel for `threads.across`, which returns nothing. Its arrays may overlap only where it reads; dividing by nought raises
nothing."""
lent = njit(cache=True, error_model="numpy", pipeline_class=ByParts)
"""Decorates a step of a kernel, or a pass over firms or a list, that returns no array. What `by_parts` says of arrays holds for it too."""
