"""Operators of ONNX Runtime as torch operators, so that a traced network holds them: fused attention and 8-bit linear layers.

In torch both compute what they stand for (in float), so a network that holds them still runs.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

ATTENTION = "annotator"  # the name under which encoders find the attention
OPSET = 17
DOMAIN = "com.microsoft"  # https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md


@cache
def register_operators() -> None:
    """Make the operators known to torch, to its ONNX exporter and to transformers."""
    from torch.onnx import register_custom_op_symbolic
    from transformers import AttentionInterface

    torch.library.custom_op("annotator::attend", _attend, mutates_args=())
    torch.library.custom_op("annotator::linear_int8", _linear_int8, mutates_args=())
    register_custom_op_symbolic("annotator::attend", _write_attend, OPSET)
    register_custom_op_symbolic("annotator::linear_int8", _write_linear_int8, OPSET)
    AttentionInterface.register(ATTENTION, _attend_heads)


def _attend_heads(
    module: nn.Module,
    query: Tensor,  # (B, heads, T, size)
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """Attention as transformers asks for it, for windows without padding."""
    if attention_mask is not None:
        raise NotImplementedError("an encoder that masks its attention is not exported")
    batch, heads, length, size = query.shape
    joined = [part.transpose(1, 2).reshape(batch, -1, heads * size) for part in (query, key, value)]
    attended = torch.ops.annotator.attend(*joined, heads, size**-0.5 if scaling is None else scaling)
    return attended.view(batch, length, heads, size), None


def _attend(query: Tensor, key: Tensor, value: Tensor, heads: int, scale: float) -> Tensor:
    parts = (part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in (query, key, value))
    attended = nn.functional.scaled_dot_product_attention(*parts, scale=scale)
    return attended.transpose(1, 2).flatten(2)


def _write_attend(graph, query, key, value, heads, scale):
    options = {"num_heads_i": _read_constant(heads, "i"), "scale_f": _read_constant(scale, "f")}
    return graph.op(f"{DOMAIN}::MultiHeadAttention", query, key, value, **options).setType(query.type())


def _linear_int8(values: Tensor, weight: Tensor, scale: Tensor, zero: Tensor, bias: Tensor) -> Tensor:
    return values @ (weight.float() * scale) + bias  # weight (in, out) int8, scale (out,), zero (out,) of zeros


def _write_linear_int8(graph, values, weight, scale, zero, bias):
    output = graph.op(f"{DOMAIN}::DynamicQuantizeMatMul", values, weight, scale, zero, bias)
    sizes = values.type().sizes()
    return output.setType(values.type().with_sizes([*sizes[:-1], weight.type().sizes()[1]]) if sizes else values.type())


def _read_constant(value, kind: str):
    from torch.onnx import symbolic_helper

    return symbolic_helper._get_const(value, kind, "value")
