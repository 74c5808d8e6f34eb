import numpy as np
import pytest
from onnxruntime import InferenceSession

from inference_core.engine.builtin.imagenet.onnx_file import OnnxGraph


def test_a_network_of_our_writing_is_read_and_computed() -> None:
    graph = OnnxGraph()
    weights = np.arange(3 * 300, dtype=np.float32).reshape(300, 3)
    product = graph.node("Gemm", ["numbers", graph.constant(weights)], transB=1)
    total = graph.node("ReduceMax", [product], axes=(1,), keepdims=0)
    file = graph.file({"numbers": (1, 3)}, {"all": (product, (1, 300)), "largest": (total, (1,))})
    numbers = np.array([[1, -2, 3]], np.float32)
    found, largest = InferenceSession(file, providers=["CPUExecutionProvider"]).run(
        ["all", "largest"], {"numbers": numbers}
    )
    assert found == pytest.approx(numbers @ weights.T) and largest == pytest.approx((numbers @ weights.T).max())
