"""What to label next: the sentences from which a model would learn most, in a queue that label tools and `annotator review` read.

candidates (annotated articles -> sentences that could be chosen) -> select (pure) -> queue (labelled articles, and back).
"""

from annotator.choose.candidates import Candidate, list_candidates
from annotator.choose.queue import make_queue, read_queue
from annotator.choose.select import Choice, choose_sentences

__all__ = ["Candidate", "Choice", "choose_sentences", "list_candidates", "make_queue", "read_queue"]
