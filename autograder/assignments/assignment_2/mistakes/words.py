"""Errors that give a mistake away by their words: regular expressions, by the mistake's id."""

from __future__ import annotations

WORDS = {
    "hard-coded-cuda": (
        r"Torch not compiled with CUDA enabled|No CUDA GPUs are available|Found no NVIDIA driver"
        r"|torch\.cuda\.is_available\(\) is False|no CUDA-capable device"
    ),
    "mixed-devices": r"Expected all tensors to be on the same device",
    "result-on-gpu": r"can't convert (cuda|mps)\S* device type tensor to numpy",
    "transformers-output-object": (
        r"'?BaseModelOutputWithPooling'?|ModelOutput' object has no attribute"
        r"|unsupported operand type\(s\) for [/@*]=?: '\w*Output"
    ),
    "gradients-kept": r"Can't call numpy\(\) on Tensor that requires grad",
    "uneven-last-batch": (
        r"inhomogeneous shape|stack expects each tensor to be equal size"
        r"|all input arrays must have the same shape"
        r"|all the input array dimensions except for the concatenation axis must match exactly"
    ),
}
OF_A_CELL = {
    **WORDS,
    # A table of token vectors is asked for a row that it does not have: the tokens are of another model.
    "new-model-old-processor": r"^IndexError: index out of range in self$",
    "prompt-too-long": r"Sequence length must be less than max_position_embeddings",
}
"""With those that say so only where a cell stops with them."""
