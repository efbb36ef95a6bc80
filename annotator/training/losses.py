"""Scores and targets -> losses: of what the labels say, and of what the base model says where they say nothing."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from annotator.labels import ANONYMITY_TYPES, ANONYMOUS_TYPES, SOURCE_TYPES, SPAN_ROLES
from annotator.network import NetworkOutput
from annotator.training.targets import IGNORE, SOME_ANONYMOUS, SOME_CLAIM

_ANONYMOUS_TYPES = torch.tensor([name in ANONYMOUS_TYPES for name in SOURCE_TYPES])
_ANONYMITY_TYPES = torch.tensor([name != "none" for name in ANONYMITY_TYPES])


def compute_losses(output: NetworkOutput, targets: dict[str, Tensor]) -> dict[str, Tensor]:
    """Mean loss of each head over what is known: speech and anonymous (B, S), tags (B, T, role), types and anonymity
    (B, T) weighted so that each span counts once, pointer (B, S, T) true at the tokens that name the source, own (B, S)."""
    judged = targets["anonymous"] != IGNORE
    anonymous = F.binary_cross_entropy_with_logits(
        output.anonymous.float()[judged], targets["anonymous"][judged].float(), reduction="none"
    )
    pointed = targets["pointer"].any(-1)  # (B, S)
    attention = F.log_softmax(output.pointer.float(), -1)
    mass = attention.masked_fill(~targets["pointer"], float("-inf"))
    known = targets["tags"] != IGNORE
    tags = F.cross_entropy(output.tags.float()[known], targets["tags"][known], reduction="none")
    return {
        "speech": _mean(_speech_loss(output.speech, targets["speech"])),
        "anonymous": _mean(anonymous),
        "tags": _mean(tags) * len(SPAN_ROLES),
        "types": _span_mean(output.types, targets["types"], targets["weights"], _ANONYMOUS_TYPES),
        "anonymity": _span_mean(output.anonymity, targets["anonymity"], targets["weights"], _ANONYMITY_TYPES),
        "pointer": -_mean(torch.logsumexp(mass[pointed], -1)),
        "own": _own_loss(output.own, targets["own"]),
    }


def compute_distillation(
    output: NetworkOutput, base: NetworkOutput, targets: dict[str, Tensor], everywhere: bool = False
) -> dict[str, Tensor]:
    """Divergence of each head from that of the base model, over what the labels leave unknown (Li and Hoiem 2016), or
    `everywhere`, for a smaller network (Hinton et al. 2015).

    The anonymity of a source, its type and where it is named are asked only as far as the base sees a claim or a source:
    elsewhere they mean nothing. `targets` also holds `marked` (B, S) and `tokens` (B, T), false where padded.
    """
    speaks = base.speech.float().softmax(-1)[..., 1:].sum(-1) * targets["marked"]  # (B, S)
    sourced = 1 - base.tags[:, :, SPAN_ROLES.index("source")].float().softmax(-1)[..., 0]  # (B, T)
    asked = sourced.scatter_reduce(1, targets["markers"], speaks, "amax") * targets["tokens"]

    def left_open(known: Tensor) -> Tensor:
        return ~known | everywhere

    silent = left_open(targets["types"] != IGNORE) * asked
    anonymous = F.binary_cross_entropy_with_logits(
        output.anonymous.float(), base.anonymous.float().sigmoid(), reduction="none"
    ) - F.binary_cross_entropy_with_logits(base.anonymous.float(), base.anonymous.float().sigmoid(), reduction="none")
    tagged = left_open(targets["tags"] != IGNORE) & targets["tokens"].unsqueeze(-1)
    spoken = left_open(targets["speech"] != IGNORE) & targets["marked"]
    pointed = targets["pointer"].any(-1)
    return {
        "speech": _weighted(_divergence(output.speech, base.speech), spoken),
        "anonymous": _weighted(anonymous, left_open(targets["anonymous"] != IGNORE) * speaks),
        "tags": _weighted(_divergence(output.tags, base.tags), tagged) * len(SPAN_ROLES),
        "types": _weighted(_divergence(output.types, base.types), silent),
        "anonymity": _weighted(_divergence(output.anonymity, base.anonymity), silent),
        "pointer": _weighted(_divergence(output.pointer, base.pointer), left_open(pointed) * speaks),
    } | ({} if base.own is None else {"own": _weighted(_divergence(output.own, base.own), targets["marked"])})


def compute_distance(states: Tensor, base: Tensor, tokens: Tensor) -> Tensor:
    """Squared distance of hidden states (B, T, H) from those of the base, as a share of the length of these; `tokens` (B, T)
    is false where padded (hidden states as targets: Jiao et al. 2020, TinyBERT)."""
    apart = (states.float() - base.float()).square().sum(-1)
    return (apart * tokens).sum() / (base.float().square().sum(-1) * tokens).sum()


def _divergence(logits: Tensor, base: Tensor) -> Tensor:
    """Kullback-Leibler divergence over the last axis."""
    own, other = F.log_softmax(logits.float(), -1), F.log_softmax(base.float(), -1)
    return F.kl_div(own, other, reduction="none", log_target=True).sum(-1)


def _weighted(values: Tensor, weights: Tensor) -> Tensor:
    return (values * weights).sum() / weights.sum().clamp(min=1)


def _own_loss(logits: Tensor | None, target: Tensor) -> Tensor:
    known = target != IGNORE
    if logits is None:
        return torch.zeros((), device=target.device)
    return _mean(F.cross_entropy(logits.float()[known], target[known], reduction="none"))


def _speech_loss(logits: Tensor, target: Tensor) -> Tensor:
    """(n,) over the known of (B, S); for a claim of unknown wording, of paraphrase and verbatim together."""
    claims = F.log_softmax(logits.float(), -1)
    some = target == SOME_CLAIM
    picked = claims.gather(-1, target.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    return -torch.where(some, torch.logsumexp(claims[..., 1:], -1), picked)[some | (target >= 0)]


def _span_mean(logits: Tensor, target: Tensor, weights: Tensor, anonymous: Tensor) -> Tensor:
    """Weighted mean over (B, T); where only the label speaks, of the types that agree with it together."""
    known = target != IGNORE
    shares = F.log_softmax(logits.float()[known], -1)  # (n, types)
    target, weights = target[known], weights[known]
    picked = shares.gather(-1, target.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    agrees = anonymous.to(target.device) == (target == SOME_ANONYMOUS).unsqueeze(-1)  # (n, types)
    together = torch.logsumexp(shares.masked_fill(~agrees, float("-inf")), -1)
    losses = -torch.where(target < 0, together, picked)
    return (losses * weights).sum() / weights.sum().clamp(min=1)


def _mean(values: Tensor) -> Tensor:
    return values.sum() / max(1, values.numel())
