"""The network: one encoder pass per window, heads on markers and on tokens. Knows nothing of files or articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PretrainedConfig, PreTrainedModel
from transformers.utils import ModelOutput

from annotator.config import FORMAT
from annotator.labels import ANONYMITY_TYPES, SOURCE_TYPES, SPAN_ROLES, SPEECH


class AnnotatorConfig(PretrainedConfig):
    """Encoder configuration, window settings, calibration, and the format version of the folder."""

    model_type = "claim-annotator"

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        windows: dict[str, int] | None = None,
        calibration: dict[str, float] | None = None,
        pointer_size: int = 64,
        own_labels: list[str] | None = None,
        loss_weights: dict[str, float] | None = None,
        format_version: int = FORMAT,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.encoder = encoder or {}
        self.windows = windows or {}
        self.calibration = calibration or {}
        self.pointer_size = pointer_size
        self.own_labels = own_labels or []  # sentence labels that a user added
        self.loss_weights = {
            "speech": 1.0,
            "anonymous": 1.0,
            "tags": 1.0,
            "types": 0.3,
            "anonymity": 0.2,
            "pointer": 0.3,
            "own": 1.0,
        } | (loss_weights or {})
        self.format_version = format_version


@dataclass
class NetworkOutput(ModelOutput):
    """Scores of a batch of B windows, T tokens, S markers; see `AnnotatorNetwork.forward`."""

    speech: Tensor | None = None
    anonymous: Tensor | None = None
    tags: Tensor | None = None
    types: Tensor | None = None
    anonymity: Tensor | None = None
    pointer: Tensor | None = None
    own: Tensor | None = None


class AnnotatorNetwork(PreTrainedModel):
    """Any Hugging Face encoder with linear heads.

    The four-way label is factored: `speech` says whether and how somebody else is quoted, `anonymous` whether the one who
    answers for it is anonymous; `decode` multiplies them. The pointer scores, for each sentence, the tokens that may name
    its source; its own marker stands for "not in this window".
    """

    config_class = AnnotatorConfig
    base_model_prefix = "encoder"

    def __init__(self, config: AnnotatorConfig) -> None:
        super().__init__(config)
        self.encoder = AutoModel.from_config(AutoConfig.for_model(**config.encoder))
        if getattr(self.encoder, "pooler", None) is not None:
            self.encoder.pooler = None
        size = self.encoder.config.hidden_size
        self.dropout = nn.Dropout(0.1)
        self.marker_head = nn.Linear(size, len(SPEECH) + 1)
        self.tag_head = nn.Linear(size, 3 * len(SPAN_ROLES))
        self.type_head = nn.Linear(size, len(SOURCE_TYPES) + len(ANONYMITY_TYPES))
        self.pointer_query = nn.Linear(size, config.pointer_size)
        self.pointer_key = nn.Linear(size, config.pointer_size)
        self.own_head = nn.Linear(size, 1 + len(config.own_labels)) if config.own_labels else None
        self.post_init()

    def forward(
        self,
        input_ids: Tensor,  # (B, T)
        attention_mask: Tensor | None,  # (B, T), None where nothing is padded
        markers: Tensor,  # (B, S) token positions, 0 where padded
    ) -> NetworkOutput:
        """Logits: speech (B, S, 3), anonymous (B, S), tags (B, T, role, O/B/I), types (B, T, 13), anonymity (B, T, 6),
        pointer (B, S, T); own (B, S, 1 + n), none of the n labels of the user first, where there are any."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state  # (B, T, H)
        hidden = self.dropout(hidden)
        at = markers.unsqueeze(-1).expand(-1, -1, hidden.shape[-1])
        opened = hidden.gather(1, at)  # (B, S, H)
        marked = self.marker_head(opened)
        typed = self.type_head(hidden)
        scale = self.config.pointer_size**-0.5
        pointer = self.pointer_query(opened) @ self.pointer_key(hidden).transpose(1, 2) * scale  # (B, S, T)
        if attention_mask is not None:
            pointer = pointer.masked_fill(attention_mask.unsqueeze(1) == 0, torch.finfo(pointer.dtype).min)
        return NetworkOutput(
            speech=marked[..., : len(SPEECH)],
            anonymous=marked[..., len(SPEECH)],
            tags=self.tag_head(hidden).unflatten(-1, (len(SPAN_ROLES), 3)),
            types=typed[..., : len(SOURCE_TYPES)],
            anonymity=typed[..., len(SOURCE_TYPES) :],
            pointer=pointer,
            own=self.own_head(opened) if self.own_head is not None else None,
        )


def find_layers(encoder: nn.Module) -> Sequence[nn.Module]:
    """The layers of an encoder, from the lowest: its longest list of modules; empty where it has none."""
    lists = [module for module in encoder.modules() if isinstance(module, nn.ModuleList)]
    return max(lists, key=len, default=())
