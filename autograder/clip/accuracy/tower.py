"""CLIP's image tower with less to do: the weights of a `CLIPModel`, the same function, fewer and larger steps.

What differs from transformers' own forward pass, none of it in the function that is computed:

- patches are cut out by a view and embedded by one matrix product;
- a grey image's three channels differ by a factor and a shift only, which are put into the weights: patches
  of one channel of levels are embedded by a third of the product, and nothing is normalised;
- queries, keys and values come from one product instead of three;
- quick-GELU, x * sigmoid(1.702 x), is SiLU(1.702 x) / 1.702; both factors are put into the weights
  around it, so that one fused pass remains of three;
- the last layer computes queries, output and MLP of the class token alone: nothing reads the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, layer_norm, linear, scaled_dot_product_attention, silu

QUICK_GELU = 1.702


class UnknownArchitecture(Exception):  # noqa: N818  # no error for people: the plain way is taken
    """The model is not built as CLIP's image tower is."""


def tower_flops(model: Any, *, shortened: bool = False) -> float:
    """Count the floating-point operations of embedding one image.

    Products of matrices alone, (m, k) by (k, n) as 2mkn, summed as in J. Hoffmann et al. (2022),
    "Training Compute-Optimal Large Language Models", arXiv:2203.15556, appendix F, forward pass.
    With n tokens (patches and the class token), width d and MLP width f that is, a layer,

        8 n d^2 (queries, keys, values, output) + 4 n^2 d (attention) + 4 n d f (MLP),

    and once 2 (n - 1) 3 p^2 d for patches of p by p pixels and 2 d e for the projection to e. Softmax,
    norms and activations, below 1 %, are left out. ViT-B/32 at 224 pixels: 8.8e9.

    Args:
        model: a `CLIPModel`.
        shortened: count what `ImageTower` does, whose last layer has one row of queries, outputs and
            MLP. Rates in tables are of the whole tower, so that ways can be compared.
    """
    config = model.config.vision_config
    width, mlp, layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
    patches = (config.image_size // config.patch_size) ** 2
    tokens = patches + 1

    def layer(rows: int) -> float:
        keys_and_values = 4 * tokens * width**2
        return keys_and_values + rows * (4 * width**2 + 4 * tokens * width + 4 * width * mlp)

    embedding = 2 * patches * 3 * config.patch_size**2 * width
    projection = 2 * width * model.config.projection_dim
    last = layer(1 if shortened else tokens)
    return float(embedding + (layers - 1) * layer(tokens) + last + projection)


@dataclass(frozen=True)
class Shades:
    """How the pixel values of each channel are made of a grey image's levels, 0 to 255: level * scale + shift.

    Attributes:
        scale: float64 (3,).
        shift: float64 (3,).
    """

    scale: Tensor
    shift: Tensor


class ImageTower(nn.Module):
    """Images to projected features, not of length 1: -> dtype (B, D).

    It takes pixel values, float32 (B, 3, h, w), or, where `shades` are given, levels (B, h, w) of any dtype.

    Args:
        model: a `CLIPModel` in float32; its weights are shared where they are used as they are.
        dtype: in which to compute; bfloat16 holds all whole numbers up to 256, so levels are exact in each.
        shades: how pixel values would be made of levels.

    Raises:
        UnknownArchitecture: the model is not built as CLIP's image tower is.
    """

    patches: Tensor
    first: Tensor
    positions: Tensor
    projection: Tensor

    def __init__(self, model: Any, dtype: torch.dtype, shades: Shades | None = None) -> None:
        super().__init__()
        config = model.config.vision_config
        if config.hidden_act not in ("quick_gelu", "gelu"):
            raise UnknownArchitecture(f"activation {config.hidden_act}")
        self._patch = int(config.patch_size)
        self._side = int(config.image_size)
        self._dtype = dtype
        try:
            vision = model.vision_model
            embeddings = vision.embeddings
            # The class token has the first position; patches have the others.
            position = embeddings.position_embedding.weight
            self._keep("first", embeddings.class_embedding + position[0])
            weights, shift = embeddings.patch_embedding.weight, position.new_zeros(())
            if shades is not None:
                weights, shift = _for_levels(weights, shades)
            self._keep("patches", weights.flatten(1))
            self._keep("positions", position[1:] + shift)
            self._keep("projection", model.visual_projection.weight)
            self.before = _Norm(vision.pre_layrnorm, dtype)
            self.after = _Norm(vision.post_layernorm, dtype)
            self.layers = nn.ModuleList(
                _Layer(layer, config, dtype) for layer in vision.encoder.layers
            )
        except AttributeError as error:
            raise UnknownArchitecture(str(error)) from error
        self.eval()

    def forward(self, images: Tensor) -> Tensor:
        """Embed a batch of pixel values or levels.

        Raises:
            ValueError: the images are not of the size that the tower has positions for.
        """
        if images.ndim == 3:
            images = images[:, None]
        batch, channels, height, width = images.shape
        if height != self._side or width != self._side:
            raise ValueError(f"images of {height} x {width}; this tower takes {self._side}")
        patch, grid = self._patch, self._side // self._patch
        cut = images[..., : grid * patch, : grid * patch].to(self._dtype)
        cut = cut.reshape(batch, channels, grid, patch, grid, patch).permute(0, 2, 4, 1, 3, 5)
        patches = linear(cut.reshape(batch, grid * grid, -1), self.patches) + self.positions
        tokens = torch.cat([self.first.expand(batch, 1, -1), patches], dim=1)
        tokens = self.before(tokens)
        *others, last = self.layers
        for layer in others:
            tokens = layer(tokens, tokens)
        tokens = last(tokens[:, :1], tokens)
        return linear(self.after(tokens[:, 0]), self.projection)

    def _keep(self, name: str, weights: Tensor) -> None:
        self.register_buffer(name, weights.detach().to(self._dtype), persistent=False)


def _for_levels(weights: Tensor, shades: Shades) -> tuple[Tensor, Tensor]:
    """Return weights for patches of levels, float32 (D, p, p), and what is added to each patch then, float32 (D,)."""
    exact = weights.detach().to(torch.float64)
    scale, shift = (part.to(exact.device).view(-1, 1, 1) for part in (shades.scale, shades.shift))
    return (exact * scale).sum(1).float(), (exact * shift).sum((1, 2, 3)).float()


class _Norm(nn.Module):
    weight: Tensor
    bias: Tensor

    def __init__(self, norm: Any, dtype: torch.dtype) -> None:
        super().__init__()
        self.register_buffer("weight", norm.weight.detach().to(dtype), persistent=False)
        self.register_buffer("bias", norm.bias.detach().to(dtype), persistent=False)
        self._shape = tuple(norm.weight.shape)
        self._eps = float(norm.eps)

    def forward(self, tokens: Tensor) -> Tensor:
        return layer_norm(tokens, self._shape, self.weight, self.bias, self._eps)


class _Layer(nn.Module):
    """One layer, for the rows in `tokens`, which look at all in `context`; both before normalisation."""

    qkv: Tensor
    qkv_bias: Tensor
    out: Tensor
    out_bias: Tensor
    wide: Tensor
    wide_bias: Tensor
    narrow: Tensor
    narrow_bias: Tensor

    def __init__(self, layer: Any, config: Any, dtype: torch.dtype) -> None:
        super().__init__()
        attention, mlp = layer.self_attn, layer.mlp
        self._heads = int(config.num_attention_heads)
        self._width = int(config.hidden_size)
        self._quick = config.hidden_act == "quick_gelu"
        into = QUICK_GELU if self._quick else 1.0
        self.norm_1 = _Norm(layer.layer_norm1, dtype)
        self.norm_2 = _Norm(layer.layer_norm2, dtype)
        three = (attention.q_proj, attention.k_proj, attention.v_proj)
        weights = {
            "qkv": torch.cat([part.weight for part in three]),
            "qkv_bias": torch.cat([part.bias for part in three]),
            "out": attention.out_proj.weight,
            "out_bias": attention.out_proj.bias,
            "wide": mlp.fc1.weight * into,
            "wide_bias": mlp.fc1.bias * into,
            "narrow": mlp.fc2.weight / into,
            "narrow_bias": mlp.fc2.bias,
        }
        for name, tensor in weights.items():
            self.register_buffer(name, tensor.detach().to(dtype), persistent=False)

    def forward(self, tokens: Tensor, context: Tensor) -> Tensor:
        width = self._width
        if tokens is context:
            normed = self.norm_1(context)
            queries, keys, values = self._split(linear(normed, self.qkv, self.qkv_bias))
        else:
            normed = self.norm_1(context)
            keys, values = self._split(linear(normed, self.qkv[width:], self.qkv_bias[width:]))
            (queries,) = self._split(
                linear(normed[:, : tokens.shape[1]], self.qkv[:width], self.qkv_bias[:width])
            )
        seen = scaled_dot_product_attention(queries, keys, values)
        seen = seen.transpose(1, 2).reshape(tokens.shape)
        tokens = tokens + linear(seen, self.out, self.out_bias)
        wide = linear(self.norm_2(tokens), self.wide, self.wide_bias)
        wide = silu(wide, inplace=True) if self._quick else gelu(wide)
        return tokens + linear(wide, self.narrow, self.narrow_bias)

    def _split(self, together: Tensor) -> list[Tensor]:
        """Take apart what one product made, (B, n, k * width), as k tensors of (B, heads, n, head width)."""
        batch, count, columns = together.shape
        parts = together.view(
            batch, count, columns // self._width, self._heads, self._width // self._heads
        )
        return [part.transpose(1, 2) for part in parts.unbind(2)]
