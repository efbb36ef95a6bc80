"""Windows -> scores (numpy). One class for each runtime behind the `Predictor` protocol; knows no articles."""

from annotator.predict.batched import TorchPredictor, has_fast_bf16, plan_batches
from annotator.predict.graph import GraphPredictor, count_threads
from annotator.predict.protocol import Predictor

__all__ = [
    "GraphPredictor",
    "Predictor",
    "TorchPredictor",
    "count_threads",
    "has_fast_bf16",
    "plan_batches",
]
