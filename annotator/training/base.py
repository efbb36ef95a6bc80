"""A base -> network and tokenizer: a model folder of ours, or any Hugging Face encoder with new heads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.checkpoint import is_model, load_checkpoint
from annotator.config import WindowConfig, config_to_dict
from annotator.errors import CheckpointError, ConfigError
from annotator.tokens import Tokenizer

if TYPE_CHECKING:
    from transformers import PretrainedConfig, PreTrainedTokenizerFast

    from annotator.network import AnnotatorNetwork

_LEAST_TOKENS = 64
_NOT_LEARNT = -3.0  # score of a label that is new beside others


def build_network(
    base: str | Path, windows: WindowConfig, dropout: float, own_labels: Sequence[str] = ()
) -> tuple[AnnotatorNetwork, PreTrainedTokenizerFast]:
    """Network and tokenizer of a base, with a head for the labels that a user adds.

    Windows are made smaller where the encoder takes less.

    Raises CheckpointError where the base cannot be loaded, ConfigError where it cannot be used.
    """
    if is_model(base):
        checkpoint = load_checkpoint(base)
        _add_labels(checkpoint.network, own_labels)
        return checkpoint.network, checkpoint.tokenizer
    import torch
    from transformers import AutoModel, AutoTokenizer

    from annotator.network import AnnotatorConfig, AnnotatorNetwork

    try:
        tokenizer = AutoTokenizer.from_pretrained(base)
        encoder = AutoModel.from_pretrained(base, dtype=torch.float32, use_safetensors=True)
    except (OSError, ValueError, ImportError, KeyError) as error:
        raise CheckpointError(
            f"{base}: cannot be loaded as a model folder or a Hugging Face encoder ({error}); check the path, or the name "
            "and the connection"
        ) from error
    _check_base(base, encoder.config, tokenizer)
    # Attention without dropout runs on the fused kernel, twice as fast on CPU.
    details = {key: value for key, value in encoder.config.to_dict().items() if key != "_name_or_path"}
    details |= {"attention_probs_dropout_prob": 0.0, "attention_dropout": 0.0, "hidden_dropout_prob": dropout}
    details = {key: value for key, value in details.items() if hasattr(encoder.config, key)}
    fitted = _fit_windows(base, windows, encoder.config)
    network = AnnotatorNetwork(
        AnnotatorConfig(encoder=details, windows=config_to_dict(fitted), own_labels=list(own_labels))
    )
    network.encoder.load_state_dict(encoder.state_dict(), strict=False)
    return network, tokenizer


def _add_labels(network: AnnotatorNetwork, own_labels: Sequence[str]) -> None:
    """Give the network a head for these labels; what it knows of labels that it has stays.

    Raises ConfigError where it has labels that are not among them: without examples they would be unlearnt.
    """
    import torch
    from torch import nn

    known = network.config.own_labels
    missing = [label for label in known if label not in own_labels]
    if not own_labels or list(own_labels) == known:
        return
    if missing:
        raise ConfigError(
            f"--labels: the base also knows {', '.join(missing)}; name it, and have sentences with it in the data, or leave "
            "--labels out to keep what the base knows"
        )
    head = nn.Linear(network.tag_head.in_features, 1 + len(own_labels))
    with torch.no_grad():
        if known:
            head.weight.zero_()
            head.bias.fill_(_NOT_LEARNT)
            places = [0, *(1 + list(own_labels).index(label) for label in known)]
            head.weight[places], head.bias[places] = network.own_head.weight, network.own_head.bias
    network.own_head = head
    network.config.own_labels = list(own_labels)


def _check_base(base: str | Path, config: PretrainedConfig, tokenizer: PreTrainedTokenizerFast) -> None:
    if config.is_encoder_decoder:
        raise ConfigError(f"--base {base}: {config.model_type} is an encoder and decoder; give an encoder such as BERT")
    if not tokenizer.is_fast:
        raise ConfigError(f"--base {base}: its tokenizer gives no offsets; give an encoder with a fast tokenizer")
    try:
        Tokenizer.of(tokenizer)
    except CheckpointError as error:
        raise ConfigError(
            f"--base {base}: its tokenizer has no CLS and SEP tokens, which mark the sentences"
        ) from error


def _fit_windows(base: str | Path, windows: WindowConfig, config: PretrainedConfig) -> WindowConfig:
    """Windows that fit the positions of the encoder; RoBERTa and its kin count them from the padding id on."""
    positions = getattr(config, "max_position_embeddings", None) or windows.tokens
    offset = (config.pad_token_id or 0) + 1 if config.model_type in _OFFSET_POSITIONS else 0
    limit = min(windows.tokens, positions - offset)
    if limit < _LEAST_TOKENS:
        raise ConfigError(
            f"--base {base}: takes only {limit} tokens; give an encoder that takes {_LEAST_TOKENS} or more"
        )
    share = limit / windows.tokens
    return replace(
        windows,
        tokens=limit,
        left_tokens=round(windows.left_tokens * share),
        right_tokens=round(windows.right_tokens * share),
    )


_OFFSET_POSITIONS = frozenset({"roberta", "xlm-roberta", "camembert", "mpnet", "longformer", "roberta-prelayernorm"})
