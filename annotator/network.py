"""The network: one encoder pass per window, heads on markers and on tokens. Knows nothing of files or articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import AutoConfig, AutoModel, PretrainedConfig, PreTrainedModel
from transformers.utils import ModelOutput

from annotator.labels import ANONYMITY_TYPES, SOURCE_TYPES, SPAN_ROLES, SPEECH

FORMAT = 1
IGNORE = -100  # target of what is not known and earns no loss
SOME_CLAIM = -1  # speech target of a claim whose wording, paraphrase or verbatim, is not known


class AnnotatorConfig(PretrainedConfig):
    """Encoder configuration, window settings, calibration, and the format version of the folder."""

    model_type = "claim-annotator"

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        windows: dict[str, int] | None = None,
        calibration: dict[str, float] | None = None,
        pointer_size: int = 64,
        loss_weights: dict[str, float] | None = None,
        format_version: int = FORMAT,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.encoder = encoder or {}
        self.windows = windows or {}
        self.calibration = calibration or {}
        self.pointer_size = pointer_size
        self.loss_weights = loss_weights or {
            "speech": 1.0,
            "anonymous": 1.0,
            "tags": 1.0,
            "types": 0.3,
            "anonymity": 0.2,
            "pointer": 0.3,
        }
        self.format_version = format_version


@dataclass
class NetworkOutput(ModelOutput):
    """Scores of a batch of B windows, T tokens, S markers; see `AnnotatorNetwork.forward`."""

    loss: Tensor | None = None
    speech: Tensor | None = None
    anonymous: Tensor | None = None
    tags: Tensor | None = None
    types: Tensor | None = None
    anonymity: Tensor | None = None
    pointer: Tensor | None = None


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
        self.post_init()

    def forward(
        self,
        input_ids: Tensor,  # (B, T)
        attention_mask: Tensor,  # (B, T)
        markers: Tensor,  # (B, S) token positions, 0 where padded
        targets: dict[str, Tensor] | None = None,
    ) -> NetworkOutput:
        """Logits: speech (B, S, 3), anonymous (B, S), tags (B, T, role, O/B/I), types (B, T, 13), anonymity (B, T, 6),
        pointer (B, S, T); with targets (see `training.targets`) also the loss."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state  # (B, T, H)
        hidden = self.dropout(hidden)
        at = markers.unsqueeze(-1).expand(-1, -1, hidden.shape[-1])
        opened = hidden.gather(1, at)  # (B, S, H)
        marked = self.marker_head(opened)
        typed = self.type_head(hidden)
        scale = self.config.pointer_size**-0.5
        pointer = self.pointer_query(opened) @ self.pointer_key(hidden).transpose(1, 2) * scale  # (B, S, T)
        output = NetworkOutput(
            speech=marked[..., : len(SPEECH)],
            anonymous=marked[..., len(SPEECH)],
            tags=self.tag_head(hidden).unflatten(-1, (len(SPAN_ROLES), 3)),
            types=typed[..., : len(SOURCE_TYPES)],
            anonymity=typed[..., len(SOURCE_TYPES) :],
            pointer=pointer.masked_fill(attention_mask.unsqueeze(1) == 0, torch.finfo(pointer.dtype).min),
        )
        if targets is not None:
            losses = compute_losses(output, targets)
            output.loss = sum(self.config.loss_weights[name] * loss for name, loss in losses.items())
        return output


def compute_losses(output: NetworkOutput, targets: dict[str, Tensor]) -> dict[str, Tensor]:
    """Mean loss of each head over what is known: speech and anonymous (B, S), tags (B, T, role), types and anonymity
    (B, T) weighted so that each span counts once, pointer (B, S, T) true at the tokens that name the source."""
    claims = F.log_softmax(output.speech.float(), -1)
    some = targets["speech"] == SOME_CLAIM
    known = targets["speech"] >= 0
    picked = claims.gather(-1, targets["speech"].clamp(min=0).unsqueeze(-1)).squeeze(-1)
    speech = torch.where(some, torch.logsumexp(claims[..., 1:], -1), picked)[some | known]
    judged = targets["anonymous"] != IGNORE
    anonymous = F.binary_cross_entropy_with_logits(
        output.anonymous.float()[judged], targets["anonymous"][judged].float(), reduction="none"
    )
    pointed = targets["pointer"].any(-1)  # (B, S)
    attention = F.log_softmax(output.pointer.float(), -1)
    mass = attention.masked_fill(~targets["pointer"], float("-inf"))
    return {
        "speech": -_mean(speech),
        "anonymous": _mean(anonymous),
        "tags": _mean(_token_loss(output.tags, targets["tags"])) * len(SPAN_ROLES),
        "types": _span_mean(output.types, targets["types"], targets["weights"]),
        "anonymity": _span_mean(output.anonymity, targets["anonymity"], targets["weights"]),
        "pointer": -_mean(torch.logsumexp(mass[pointed], -1)),
    }


def _mean(values: Tensor) -> Tensor:
    return values.sum() / max(1, values.numel())


def _token_loss(logits: Tensor, target: Tensor) -> Tensor:
    known = target != IGNORE
    return F.cross_entropy(logits.float()[known], target[known], reduction="none")


def _span_mean(logits: Tensor, target: Tensor, weights: Tensor) -> Tensor:
    known = target != IGNORE
    return (_token_loss(logits, target) * weights[known]).sum() / weights[known].sum().clamp(min=1)
