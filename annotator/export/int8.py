"""Linear layers in 8 bits: weights rounded once, for each output; inputs at run time, with one step for the whole window.

One wide input channel makes that step coarse for all. So every input channel is divided by how far it is wider than usual,
and its weights are multiplied by that (SmoothQuant, Xiao et al. 2023, with the exponent 1 above a threshold); the few channels
where weights are wide too are multiplied in float beside the rest (LLM.int8(), Dettmers et al. 2022).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from annotator.network import find_layers

# Weights of 7 bits: x86 without instructions for bytes adds two products in 16 bits, where more could overflow. A file made
# anywhere then says the same everywhere.
_LARGEST = 63
_USUAL = 2.0  # a channel may be this many times as wide as the median channel before it is narrowed
_CARRIES = 10.0  # width of input times width of weights, in medians, from which a channel stays in float
# In an encoder of so few layers the feed-forward part of the first makes most of what differs, and stays in float (the fast
# model: 25 of 7,506 labels of `news/pool` differ instead of 44).
_FEW = 4


class Int8Linear(nn.Module):
    """Stands for a linear layer whose inputs were seen to reach `widths` (in,)."""

    def __init__(self, linear: nn.Linear, widths: Tensor) -> None:
        super().__init__()
        weight = linear.weight.detach().T.contiguous()  # (in, out)
        widths = widths.clamp(min=1e-6)
        carried = widths * weight.abs().amax(1)
        kept = (carried > _CARRIES * carried.median()).nonzero().flatten()
        narrow = (widths / (_USUAL * widths.median())).clamp(min=1.0)
        rounded = weight * narrow.unsqueeze(1)
        rounded[kept] = 0.0
        scale = rounded.abs().amax(0).clamp(min=1e-12) / _LARGEST
        factors = 1 / narrow
        factors[kept] = 0.0
        bias = linear.bias.detach() if linear.bias is not None else torch.zeros_like(scale)
        self.register_buffer("weight", (rounded / scale).round().to(torch.int8))
        self.register_buffer("scale", scale)
        self.register_buffer("zero", torch.zeros_like(scale, dtype=torch.int8))
        self.register_buffer("bias", bias.clone())
        self.register_buffer("factors", factors if bool((factors != 1).any()) else None)
        self.register_buffer("kept", kept if len(kept) else None)
        self.register_buffer("kept_weight", weight[kept].clone())

    def forward(self, values: Tensor) -> Tensor:
        """(..., in) -> (..., out)."""
        narrowed = values if self.factors is None else values * self.factors
        output = torch.ops.annotator.linear_int8(narrowed, self.weight, self.scale, self.zero, self.bias)
        return output if self.kept is None else output + values.index_select(-1, self.kept) @ self.kept_weight


def quantize_linear(encoder: nn.Module, run: Callable[[], object]) -> None:
    """Put 8-bit layers in the place of an encoder's linear ones. `run` lets text through it, to see how wide inputs are."""
    first = _first_feed_forward(encoder)
    layers = {
        name: layer for name, layer in encoder.named_modules() if isinstance(layer, nn.Linear) and layer not in first
    }
    widths = {name: torch.zeros(layer.in_features) for name, layer in layers.items()}

    def watch(name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def see(_: nn.Module, values: tuple[Tensor, ...]) -> None:
            widths[name] = torch.maximum(widths[name], values[0].flatten(0, -2).abs().amax(0))

        return see

    hooks = [layer.register_forward_pre_hook(watch(name)) for name, layer in layers.items()]
    run()
    for hook in hooks:
        hook.remove()
    for name, layer in layers.items():
        encoder.set_submodule(name, Int8Linear(layer, widths[name]))


def _first_feed_forward(encoder: nn.Module) -> list[nn.Module]:
    """The linear layers that widen and narrow in the first layer of an encoder with few; none of another."""
    layers = find_layers(encoder)
    if not 1 < len(layers) <= _FEW:
        return []
    linear = (module for module in layers[0].modules() if isinstance(module, nn.Linear))
    return [layer for layer in linear if layer.in_features != layer.out_features]
