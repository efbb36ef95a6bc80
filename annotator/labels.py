"""The only list of labels, zones, source types and flags. Definitions: docs/codebook.md."""

NARRATION = "narration"
ATTRIBUTED = "attributed_claim"
QUOTE = "direct_quote"
ANONYMOUS = "anonymous_source_claim"

# Lowest precedence first: the highest that applies to a sentence is its label (codebook 1.2).
LABELS = (NARRATION, ATTRIBUTED, QUOTE, ANONYMOUS)

# How a sentence speaks, whoever the source is; with the anonymity of the source this gives the label.
SPEECH = ("none", "paraphrase", "verbatim")

SPAN_ROLES = ("source", "cue", "content")

ZONES = ("headline", "standfirst", "body", "caption", "boilerplate", "interview_question", "interview_answer")

SOURCE_TYPES = (
    "named_person",
    "role_identified_person",
    "named_organization",
    "unnamed_spokesperson",
    "pseudonymous_account",
    "unnamed_person",
    "unnamed_group",
    "generic_collective",
    "named_document",
    "unidentified_document",
    "media_outlet",
    "unspecified",
    "unresolved",
)
ANONYMOUS_TYPES = frozenset({"unnamed_person", "unnamed_group", "generic_collective", "unspecified"})
PERSON_TYPES = frozenset(
    {"named_person", "role_identified_person", "unnamed_person", "unnamed_spokesperson", "pseudonymous_account"}
)
BODY_TYPES = frozenset({"named_organization", "media_outlet"})
DOCUMENT_TYPES = frozenset({"named_document", "unidentified_document"})

ANONYMITY_TYPES = ("none", "explicit", "veiled", "incidental", "generic", "unspecified")

QUOTE_STATUSES = ("direct", "mixed", "indirect")
LINKS = ("explicit", "inherited", "spillover", "inferred")
CLAIM_KINDS = (
    "fact",
    "opinion",
    "prediction",
    "allegation",
    "denial",
    "no_comment",
    "non_disclosure",
    "question",
    "demand",
)
SUPPORTS = ("corroborated", "multi_anonymous", "single_identified", "single_anonymous", "contested", "unresolved")
BANDS = ("minimal", "low", "limited", "substantial", "high")
NOT_GRADABLE = "not_gradable"

FLAGS = (
    "anonymous_no_reason",
    "anonymous_stock_reason",
    "anonymous_opinion",
    "vague_plural",
    "bare_source",
    "hearsay_no_source",
    "relayed",
    "unidentified_document",
    "provenance_missing",
    "anonymous_direct_quote",
)
