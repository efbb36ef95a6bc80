"""Look at what the model said, sentence by sentence, and correct it in the browser."""

from annotator.review.drafts import PairShelf, RunShelf
from annotator.review.log import LabelLog
from annotator.review.session import Session

__all__ = ["LabelLog", "PairShelf", "RunShelf", "Session"]
