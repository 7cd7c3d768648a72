"""How kernels that work by parts (`threads.across`) are compiled."""

from __future__ import annotations

from typing import Any

from numba import njit, types
from numba.core import cgutils
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.lowering import Lower
from numba.core.typed_passes import NativeLowering
from numba.np.arrayobj import make_array


class Lent(Lower):
    """The arrays of a call are lent: whoever calls holds them until the kernel is done, so that nobody counts references to them. Numba
    would count with every slice and every call of a helper, one atomic operation each."""

    def extract_function_arguments(self) -> list[Any]:
        arguments = list(super().extract_function_arguments())
        for k, kind in enumerate(self.fndesc.argtypes):
            if isinstance(kind, types.Array):
                array = make_array(kind)(self.context, self.builder, arguments[k])
                array.meminfo = array.parent = cgutils.get_null_value(array.meminfo.type)
                arguments[k] = array._getvalue()
        self.fnargs = arguments
        return arguments

    def create_cpython_wrapper(self, release_gil: bool = False) -> None:
        self.context.subtarget(enable_nrt=False).create_cpython_wrapper(
            self.library, self.fndesc, self.env, self.call_helper, release_gil=release_gil)


@register_pass(mutates_CFG=True, analysis_only=False)
class LoweringOfLent(NativeLowering):
    """The pass that writes machine code, by `Lent`."""

    _name = "lowering_of_lent"

    @property
    def lowering_class(self) -> type[Lower]:
        return Lent


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
