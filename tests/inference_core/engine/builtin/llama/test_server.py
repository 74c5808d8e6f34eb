import subprocess
import sys

from tests.support.processes import ROOT

LOAD_AND_LEAVE = """
from inference_core.engine.builtin.llama.server import Llama
from inference_core.engine.builtin.llama.smollm2 import FILE, SMOLLM2_FILES

for _ in range(8):
    Llama(SMOLLM2_FILES.require("SmolLM2") / FILE, context=64, slots=1)
"""


def test_a_model_that_is_taken_apart_right_after_it_was_loaded_comes_to_its_end() -> None:
    subprocess.run([sys.executable, "-c", LOAD_AND_LEAVE], cwd=ROOT, check=True, timeout=60)
