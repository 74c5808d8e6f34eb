"""How the networks of pictures run in onnxruntime."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def onnx_session(model: str | bytes, *, memory_plans: bool = True) -> "InferenceSession":
    """A network, from a file or its content, that computes on two processors at most.

    Its threads do not spin while they wait for each other: alone that saves nothing, beside other work a tenth. Without
    `memory_plans` it does not keep one for every size of picture.
    """
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = min(2, os.cpu_count() or 1)
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = memory_plans
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return InferenceSession(model, options, providers=["CPUExecutionProvider"])
