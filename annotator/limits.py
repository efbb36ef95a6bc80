"""What a text alone cannot show: the one place that says so (rubric R4). Printed with every report."""

# For the foot of a report, where the whole list would drown the report.
NOTE = (
    "Grades say how well a reader can see who speaks, why they would know and where to check. They do not say whether "
    "a claim is true, a quotation exact or anonymity justified. Labels and links are predictions: check the words. "
    "The whole list: annotator explain limits"
)

LIMITS = (
    "The text alone does not show whether a claim is true, a quotation is exact, or the source exists at all.",
    "The text alone does not show whether the source has been right before, is honest, has a motive, or really saw "
    "what it says it saw.",
    "The text alone does not show whether there was good cause to withhold a name, who agreed to it, or whether "
    "anybody at the outlet knows it.",
    'The text alone does not show whether "two officials" were two, or the unnamed sources of two outlets are the same '
    "person.",
    "The text alone does not show whether what the author states without a source was checked.",
    "The text alone does not show what was left out, and who was not asked.",
    "A high grade is compatible with a falsehood: officials with full name and title can mislead, and a whistleblower "
    "who must stay hidden and earns 3 points can be right.",
    "The grade does not predict what readers will believe. Studies disagree on how much naming and quoting sources "
    "matters to them.",
    "Labels, links and grades are predictions of a program and are sometimes wrong. Look at the confidence and at the "
    "words cited.",
)
