"""A random network of a few thousand weights and a small tokenizer: real code, quick, knows nothing."""

from functools import cache
from pathlib import Path

TEXT = (
    "the dam held, engineer ola brandt said. “we counted twice,” he told the gazette. two officials said the bolts "
    "had failed. critics say it's late. who signed? nobody knew. 0 1 2 3 4 5 6 7 8 9 a b c d e f g h i j k l m n o p q r "
    "s t u v w x y z . , ; : ! ? “ ” ‘ ’ « » \" ' - — ( )"
)


@cache  # training breaks ties at random
def make_tokenizer():
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=400, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    tokenizer.train_from_iterator([TEXT], trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )


def make_network(vocabulary: int, windows: dict | None = None, layers: int = 2):
    import torch
    from transformers import BertConfig

    from annotator.network import AnnotatorConfig, AnnotatorNetwork

    torch.manual_seed(0)
    encoder = BertConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=512,
    )
    return AnnotatorNetwork(AnnotatorConfig(encoder=encoder.to_dict(), windows=windows or {}, pointer_size=8)).eval()


def make_encoder_folder(folder: Path) -> Path:
    """A bare Hugging Face encoder as `--base` takes it."""
    from transformers import BertConfig, BertModel

    tokenizer = make_tokenizer()
    tokenizer.save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=512,
    )
    BertModel(config).save_pretrained(folder)
    return folder


def make_model_folder(folder: Path) -> Path:
    """A model folder as `annotator train` writes it."""
    from annotator.checkpoint import save_checkpoint

    tokenizer = make_tokenizer()
    save_checkpoint(make_network(len(tokenizer)), tokenizer, {"version": "tiny"}, folder)
    return folder
