"""The city's rules once more as plain Mesa agents: one Python object a person, one a firm, and the same keyed draws.

It is the peer that `python -m benchmarks` times the kernels against, and the oracle that the tests hold them to: from the same
start it must come to the same states, person by person. It therefore shares no mechanism with `model`: only the keyed luck on
plain integers, `exp` and `log`, the parameters, the law and the national tables.
"""

from benchmarks.peer.city import PlainCity

__all__ = ["PlainCity"]
