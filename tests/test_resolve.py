"""Linking, typing and attributes of sources, each rule on invented text, and invariants by hypothesis."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.labels import ANONYMOUS_TYPES
from annotator.quotes import find_quotations
from annotator.records import Article, Claim, Sentence, SourceScores, Span
from annotator.resolve import name_key, resolve_sources


def split(text: str) -> tuple[Sentence, ...]:
    """Sentences end at a line break or at a full stop (and closing mark) before a space and a capital or quote mark."""
    spans = []
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for stop in re.finditer(r"(?<!Mr)(?<!Ms)[.!?]”?(?= [“A-Z])", line.group()):
            spans.append((start, line.start() + stop.end(), start == line.start()))
            start = line.start() + stop.end() + 1
        spans.append((start, line.end(), start == line.start()))
    return tuple(Sentence(i, a, b, opens_paragraph=opens) for i, (a, b, opens) in enumerate(spans))


def resolve(
    text: str, *stated: tuple[str, str | None], outlet: str | None = None, scores: dict[int, SourceScores] | None = None
):
    """Make one claim for each (words of the sentence, words of the source or None) and resolve them."""
    sentences = split(text)
    quotations = find_quotations(text)
    claims = []
    for number, (words, source) in enumerate(stated):
        at = text.index(words)
        sentence = next(s for s in sentences if s.start <= at < s.end)
        span = None
        if source is not None:
            start = text.index(source, sentence.start, sentence.end)
            span = Span(start, start + len(source))
        quotes = tuple(q.span for q in quotations if q.start < sentence.end and q.end > sentence.start)
        claims.append(
            Claim(
                f"c{number}",
                (sentence.id,),
                span,
                quotes=quotes,
                quote_status="direct" if quotes else "indirect",
                link="explicit" if span else "inherited",
                scores=(scores or {}).get(number),
            )
        )
    article = Article("a", text, outlet=outlet)
    sources, linked = resolve_sources(article, sentences, tuple(claims), quotations)
    by_id = {source.id: source for source in sources}
    return sources, [by_id[claim.source_id] for claim in linked]


def names(text: str, *stated: tuple[str, str | None], **options) -> list[str | None]:
    return [source.name for source in resolve(text, *stated, **options)[1]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mayor Tove Lind", "Tove Lind"),
        ("Tove Lind, who runs the quay", "Tove Lind"),
        ("Arno “Shorty” Blau", "Arno Blau"),
        ("Norlink Inc.", "Norlink"),
        ("the Harbour Board", "Harbour Board"),
        ("ZOÉ LINDQVIST", "Zoe Lindqvist"),
        ("Ola P. Brandt", "Ola Brandt"),
        ("Danish Prime Minister Mette Krog", "Mette Krog"),
        ("Omar al-Rashid", "omar al-rashid"),
        ("Norlink’s chief, Ida Berg", "Ida Berg"),
    ],
)
def test_name_key_ignores_what_is_no_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Ola Brandt", "Ida Brandt"), ("A spokesman for Norlink", "Norlink"), ("two aides", "an aide")]
)
def test_name_key_keeps_what_differs(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


LINKING = [
    ("surname", "Ola Brandt opened the gate. Brandt said it held.", [("said it held", "Brandt")], ["Ola Brandt"]),
    (
        "surname like an adjective",
        "Envoy Ida Brendish left. Brendish said no.",
        [("said no", "Brendish")],
        ["Ida Brendish"],
    ),
    (
        "surname before full name",
        "Brandt said it held.\nOla Brandt, 61, opened the gate.",
        [("said it", "Brandt")],
        ["Ola Brandt"],
    ),
    ("honorific", "Ines Roca flew home. Ms. Roca said it was late.", [("said it", "Ms. Roca")], ["Ines Roca"]),
    (
        "namesakes by honorific",
        "Tove Lind and Erik Lind own the quay. Ms. Lind said it leaks. Mr. Lind said it does not.",
        [("said it leaks", "Ms. Lind"), ("does not", "Mr. Lind")],
        ["Tove Lind", "Erik Lind"],
    ),
    ("nickname", "“I came for the soup,” said Arno “Shorty” Blau.", [("I came", "Arno “Shorty” Blau")], ["Arno Blau"]),
    ("particle", "Mayor Luca de Santis arrived. De Santis said no.", [("said no", "De Santis")], ["Luca de Santis"]),
    (
        "acronym",
        "The Harbour Safety Board (HSB) met. The HSB said bolts were old.",
        [("bolts were", "The HSB")],
        ["Harbour Safety Board"],
    ),
    (
        "the company",
        "Norlink Corp. cut trains. The company said demand fell.",
        [("demand fell", "The company")],
        ["Norlink Corp."],
    ),
    (
        "the ministry",
        "The Ministry of Ports wrote to Norlink Ltd. last week. The ministry said fees would rise.",
        [("fees would", "The ministry")],
        ["Ministry of Ports"],
    ),
    (
        "the official",
        "A port official said it sank.\nThe official said more.",
        [("it sank", "A port official"), ("said more", "The official")],
        ["A port official"] * 2,
    ),
    ("he", "Hugo Marsh runs the clinic. He said it would close.", [("would close", "He")], ["Hugo Marsh"]),
    (
        "she among two",
        "Hugo Marsh met Lena Fisk at the gate. She said the lock was broken.",
        [("lock was", "She")],
        ["Lena Fisk"],
    ),
    ("it", "Norlink Corp. runs trains. It said fares would rise.", [("fares would", "It")], ["Norlink Corp."]),
    (
        "apposition",
        "Hugo Marsh, a doctor who replaced Lena Fisk in July, said it would close.\nHe added that staff knew.",
        [("would close", "Hugo Marsh, a doctor who replaced Lena Fisk in July"), ("staff knew", "He")],
        ["Hugo Marsh", "Hugo Marsh"],
    ),
    (
        "name after description",
        "Norlink’s chief, Ida Berg, said no.",
        [("said no", "Norlink’s chief, Ida Berg")],
        ["Ida Berg"],
    ),
    (
        "senator by title",
        "Senator Ines Roca left early. The senator said it was over.",
        [("was over", "The senator")],
        ["Ines Roca"],
    ),
    (
        "named later in apposition",
        "A negotiator said talks failed. The room emptied. The negotiator, Ines Roca, flew home.",
        [("talks failed", "A negotiator")],
        ["Ines Roca"],
    ),
    (
        "never by role alone",
        "A negotiator said talks failed. Ines Roca, who negotiated in May, flew home.",
        [("talks failed", "A negotiator")],
        ["A negotiator"],
    ),
    (
        "spokeswoman stays apart",
        "Norlink Corp. cut trains. A spokeswoman for Norlink said so.",
        [("said so", "A spokeswoman for Norlink")],
        ["A spokeswoman for Norlink"],
    ),
    (
        "person before body",
        "Mayor Tove Lind and police said so.",
        [("said so", "Mayor Tove Lind and police")],
        ["Tove Lind"],
    ),
    (
        "open quotation",
        "“We counted twice,” Mayor Tove Lind said. “Few believed it.\n“The second figure was worse.\n“Then we rang.”",
        [("We counted", "Mayor Tove Lind"), ("The second", None), ("Then we", None)],
        ["Tove Lind"] * 3,
    ),
    (
        "quotation before its speaker",
        "“It was close. Nobody slept,” Tove Lind said.",
        [("It was close", None), ("Nobody slept", "Tove Lind")],
        ["Tove Lind"] * 2,
    ),
    (
        "orphan after a named subject",
        "Ola Brandt left school at 15. “Rivers taught me the rest.”",
        [("Rivers taught", None)],
        ["Ola Brandt"],
    ),
    ("colon", "Treasurer Jon Aas: “The toll pays.”", [("The toll", None)], ["Jon Aas"]),
    ("dash", "“We will keep it.” — Mayor Tove Lind", [("We will", None)], ["Tove Lind"]),
    (
        "transmitting agency",
        "State agencies quoted Minister Rana Dole as saying the port was safe.",
        [("the port was safe", "State agencies")],
        ["Rana Dole"],
    ),
    (
        "outlet citing",
        "The Quay Gazette, citing two diplomats, said talks were off.",
        [("talks were off", "The Quay Gazette")],
        ["two diplomats"],
    ),
    (
        "secretary of state",
        "Secretary of State Ines Roca said no.",
        [("said no", "Secretary of State Ines Roca")],
        ["Ines Roca"],
    ),
    (
        "and in a body",
        "The Ministry of Roads and Ports said no.",
        [("said no", "The Ministry of Roads and Ports")],
        ["Ministry of Roads and Ports"],
    ),
    ("family name first", "Envoy Hua Liling spoke. Hua said it was normal.", [("was normal", "Hua")], ["Hua Liling"]),
]


@pytest.mark.parametrize(("text", "stated", "expected"), [row[1:] for row in LINKING], ids=[row[0] for row in LINKING])
def test_linking(text: str, stated: list[tuple[str, str | None]], expected: list[str]) -> None:
    assert names(text, *stated) == expected


TYPES = [
    ("Ola Brandt said so.", "Ola Brandt", "named_person"),
    ("Norlink Inc. said so.", "Norlink Inc.", "named_organization"),
    ("Prosecutors said so.", "Prosecutors", "named_organization"),
    ("A spokeswoman for Norlink said so.", "A spokeswoman for Norlink", "unnamed_spokesperson"),
    ("Two port ministry officials said so.", "Two port ministry officials", "unnamed_group"),
    ("People familiar with the matter said so.", "People familiar with the matter", "unnamed_group"),
    ("Critics say so.", "Critics", "generic_collective"),
    ("An aide said so.", "An aide", "unnamed_person"),
    ("The harbour master said so.", "The harbour master", "role_identified_person"),
    ("The Quay Gazette reported so.", "The Quay Gazette", "media_outlet"),
    ("Local media reported so.", "Local media", "media_outlet"),
    ("A Civis poll found so.", "A Civis poll", "named_document"),
    ("Documents seen by this newspaper say so.", "Documents seen by this newspaper", "unidentified_document"),
    ("@quayrat posted so.", "@quayrat", "pseudonymous_account"),
]


@pytest.mark.parametrize(("text", "source", "expected"), TYPES, ids=[row[2] + "-" + row[1][:12] for row in TYPES])
def test_type_from_words(text: str, source: str, expected: str) -> None:
    _, (found,) = resolve(text, (text.split()[-1], source))
    assert found.type == expected
    assert found.anonymous == (expected in ANONYMOUS_TYPES)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("the harbour master’s office", "named_organization"),
        ("Brandt’s office", "unnamed_spokesperson"),
        ("court papers filed late on Wednesday", "named_document"),
        ("papers sent by a neighbour", "unidentified_document"),
        ("an indictment", "named_document"),
        ("A series of messages Brandt sent to the board", "named_document"),
        ("the Tarn Gazette’s report", "media_outlet"),
        ("local media reports", "media_outlet"),
        ("Norland’s state news agency", "media_outlet"),
        ("The Independent", "media_outlet"),
        ("Independent", "named_organization"),
        ("a study Monday in Harbour Letters", "named_document"),
        ("Norlink’s submission to the board", "named_document"),
        ("the researchers", "named_document"),
        ("Norlink’s scientists", "named_organization"),
    ],
)
def test_type_of_offices_and_papers(source: str, expected: str) -> None:
    _, (found,) = resolve(f"Mayor Ola Brandt went home. The fee will rise, according to {source}.", ("The fee", source))
    assert found.type == expected


def test_a_day_in_the_words_for_an_item_is_its_date() -> None:
    _, (found,) = resolve(
        "The fee will rise, Friday’s filing by Norlink shows.", ("The fee", "Friday’s filing by Norlink")
    )
    assert found.occasion is not None and found.occasion.value == "Friday"
    _, (other,) = resolve("A report by Norlink said ships posted losses in 2031.", ("A report", "A report by Norlink"))
    assert other.occasion is None, "that is what it says"


def test_officials_on_record_are_their_body() -> None:
    _, (quiet,) = resolve("Port ministry officials said so.", ("said so", "Port ministry officials"))
    _, (loud,) = resolve(
        "Port ministry officials told a news conference so.", ("conference so", "Port ministry officials")
    )
    assert (quiet.type, quiet.anonymous) == ("unnamed_group", True)
    assert (loud.type, loud.anonymous) == ("named_organization", False)
    _, (one,) = resolve(
        "A port ministry official told a news conference so.", ("conference so", "A port ministry official")
    )
    assert (one.type, one.anonymous) == ("unnamed_person", True)


def test_hearsay_has_no_name_and_is_anonymous() -> None:
    _, (found,) = resolve("The owner has reportedly left.", ("reportedly", None))
    assert (found.name, found.type, found.anonymous, found.anonymity_type) == (None, "unspecified", True, "unspecified")


def test_model_outweighs_weak_words() -> None:
    scores = {0: SourceScores(types={"named_organization": 0.97, "named_person": 0.03})}
    _, (found,) = resolve("Vessa Kolm said so.", ("said so", "Vessa Kolm"), scores=scores)
    assert found.type == "named_organization"


def test_pointer_decides_a_pronoun() -> None:
    text = "Hugo Marsh met Aldo Fisk. He said it was late."
    plain = names(text, ("it was late", "He"))
    span = Span(text.index("Aldo"), text.index("Aldo") + len("Aldo Fisk"))
    assert plain == ["Hugo Marsh"]
    assert names(text, ("it was late", "He"), scores={0: SourceScores(pointer=((span, 0.9),))}) == ["Aldo Fisk"]


@pytest.mark.parametrize(
    ("text", "source", "reason", "kind"),
    [
        (
            "An auditor, who feared losing her job and asked not to be named, said so.",
            "An auditor",
            "who feared losing her job",
            "specific",
        ),
        (
            "A clerk said so, speaking on condition of anonymity because the talks were private.",
            "A clerk",
            "because the talks were private",
            "stock",
        ),
        (
            "A clerk who spoke on condition of anonymity for fear of reprisals said so.",
            "A clerk",
            "for fear of reprisals",
            "specific",
        ),
        (
            "A clerk said so on condition of anonymity to discuss internal matters.",
            "A clerk",
            "to discuss internal matters",
            "stock",
        ),
        (
            "A clerk, who was not authorised to speak publicly, said so.",
            "A clerk",
            "was not authorised to speak publicly",
            "stock",
        ),
        ("A clerk, who asked not to be named, said so.", "A clerk", None, "none"),
    ],
)
def test_reason_for_anonymity(text: str, source: str, reason: str | None, kind: str) -> None:
    _, (found,) = resolve(text, ("said so", source))
    assert (found.anonymity_type, found.reason_kind) == ("explicit", kind)
    assert (found.reason and found.reason.value) == reason
    assert reason is None or text[found.reason.span.start : found.reason.span.end] == reason


def test_reason_given_in_the_next_sentence() -> None:
    text = "A clerk said the log was burnt. She spoke on condition of anonymity because she feared dismissal."
    _, (found,) = resolve(text, ("log was burnt", "A clerk"))
    assert (found.anonymity_type, found.reason.value) == ("explicit", "because she feared dismissal")


def test_attributes_of_a_person() -> None:
    text = "Ola Brandt, a dam engineer at Norlink, said in a statement that the wall held."
    _, (found,) = resolve(text, ("wall held", "Ola Brandt, a dam engineer at Norlink"))
    assert found.role.value == "dam engineer at Norlink"
    assert found.affiliation.value == "Norlink"
    assert (found.occasion.value, found.medium.value) == ("in a statement", "statement")
    for attribute in (found.role, found.affiliation, found.occasion):
        assert text[attribute.span.start : attribute.span.end] == attribute.value


def test_title_before_the_name_is_role_and_implies_its_body() -> None:
    _, (found,) = resolve("Economy Minister Rana Dole said so.", ("said so", "Economy Minister Rana Dole"))
    assert found.role.value == "Economy Minister"
    assert found.affiliation is not None


def test_bare_name_has_no_attributes() -> None:
    _, (found,) = resolve("Brandt said so.", ("said so", "Brandt"))
    assert (found.role, found.affiliation, found.occasion, found.access, found.reason) == (None,) * 5


def test_count_and_relay() -> None:
    _, (two,) = resolve("Two aides said so.", ("said so", "Two aides"))
    assert two.count_stated == 2
    text = "Jon Aas told Reuters the strike was on."
    _, (relayed,) = resolve(text, ("strike was on", "Jon Aas"), outlet="Quay Gazette")
    _, (own,) = resolve(text, ("strike was on", "Jon Aas"), outlet="Reuters")
    assert (relayed.relay_depth, relayed.relayed_by.value) == (1, "Reuters")
    assert own.relay_depth == 0


def test_body_specific() -> None:
    _, (named,) = resolve("Norlink Inc. said so.", ("said so", "Norlink Inc."))
    _, (loose,) = resolve("Police said so.", ("said so", "Police"))
    assert named.body_specific is True
    assert loose.body_specific is False


# -- invariants

PEOPLE = [
    ("Ola Brandt", "He"),
    ("Ines Roca", "She"),
    ("Hugo Marsh", "He"),
    ("Tove Lind", "She"),
    ("Jon Aas", "He"),
    ("Mira Stein", "She"),
]


def paragraph(person: tuple[str, str]) -> tuple[str, list[tuple[str, str]]]:
    name, pronoun = person
    last = name.split()[1]
    low = last.lower()
    text = f"{name} runs the {low} office. {last} said the {low} gate held. {pronoun} added that {low} staff knew."
    return text, [(f"{last.lower()} gate held", last), (f"{last.lower()} staff knew", pronoun)]


def build(people: list[tuple[str, str]]) -> tuple[str, list[tuple[str, str]]]:
    parts = [paragraph(person) for person in people]
    return "\n\n".join(text for text, _ in parts), [row for _, rows in parts for row in rows]


@settings(max_examples=30, deadline=None)
@given(st.permutations(PEOPLE))
def test_permuting_independent_paragraphs_keeps_the_clusters(people: list[tuple[str, str]]) -> None:
    text, stated = build(people)
    for (words, _), name in zip(stated, names(text, *stated), strict=True):
        assert name.split()[1].lower() == words.split()[0]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(PEOPLE), st.sampled_from(["Zubin Okoye", "Pier Vant", "Anouk Dessai"]))
def test_renaming_a_person_changes_nothing_else(person: tuple[str, str], other: str) -> None:
    template = (
        "Mayor {full}, who runs the port, spoke. {last} said it held. An aide said it did not. The mayor said it would."
    )
    rows = [("said it held", "{last}"), ("it did not", "An aide"), ("it would", "The mayor")]

    def shape(full: str) -> list[tuple[bool, str, bool, str | None]]:
        fill = {"full": full, "last": full.split()[1]}
        text = template.format(**fill)
        _, found = resolve(text, *[(words, source.format(**fill)) for words, source in rows])
        return [
            (source.name == full, source.type, source.anonymous, source.role and source.role.value) for source in found
        ]

    assert shape(person[0]) == shape(other)


ALPHABET = st.sampled_from(
    [*list("Aa Bb. ,'’“”\"\n-@&()1é😀"), "He said ", "the company ", "Ola Brandt ", "reportedly ", "anonymity because "]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ALPHABET, max_size=40).map("".join), st.data())
def test_any_text_resolves_with_exact_spans(text: str, data: st.DataObject) -> None:
    sentences = split(text)
    claims = []
    for sentence in sentences:
        span = None
        if data.draw(st.booleans()) and sentence.end > sentence.start:
            start = data.draw(st.integers(sentence.start, sentence.end - 1))
            span = Span(start, data.draw(st.integers(start + 1, sentence.end)))
        claims.append(Claim(f"c{sentence.id}", (sentence.id,), span))
    before = tuple(claims)
    sources, linked = resolve_sources(Article("a", text), sentences, before, find_quotations(text))
    assert (sources, linked) == resolve_sources(Article("a", text), sentences, before, find_quotations(text))
    assert before == tuple(claims)
    identities = {source.id for source in sources}
    assert all(claim.source_id in identities for claim in linked)
    seen: set[Span] = set()
    for source in sources:
        assert source.anonymous == (source.type in ANONYMOUS_TYPES) == (source.anonymous_probability > 0.5)
        assert source.mentions or source.type in ("unspecified", "unresolved")
        assert not seen & set(source.mentions)
        seen |= set(source.mentions)
        assert all(0 <= span.start < span.end <= len(text) for span in source.mentions)
        for key in ("reason", "role", "affiliation", "access", "occasion", "medium", "provenance", "relayed_by"):
            attribute = getattr(source, key)
            if attribute is not None and attribute.span is not None:
                assert 0 <= attribute.span.start < attribute.span.end <= len(text)


@pytest.mark.parametrize(
    ("text", "source", "name", "kind"),
    [
        (
            "Two harbour ministry officials said the permit was void.",
            "Two harbour ministry officials",
            None,
            "unnamed_group",
        ),
        ("A spokesman for Kelvex said buses would run.", "A spokesman for Kelvex", None, "unnamed_spokesperson"),
        ("Kelvex closed two lines. A spokesman said buses would run.", "A spokesman", None, "unnamed_spokesperson"),
        ("A spokesman said buses would run.", "A spokesman", None, "unnamed_person"),
        ("The pier warden said the chart was old.", "The pier warden", None, "role_identified_person"),
        (
            "A mediator said the deal was dead. Brandt, who mediated in June, left.",
            "A mediator",
            None,
            "unnamed_person",
        ),
        ("The rail board's report found cracks.", "The rail board's report", None, "named_document"),
        ("Polls show the line is popular.", "Polls", None, "unidentified_document"),
        ("@pierowl posted that the crane had moved.", "@pierowl", None, "pseudonymous_account"),
        ("Users complained that the app was down.", "Users", None, "generic_collective"),
        ("The Tarn Herald reported that the ropes were old.", "The Tarn Herald", "Tarn Herald", "media_outlet"),
        ("Lind and two colleagues said the dam was safe.", "Lind and two colleagues", "Lind", "named_person"),
        ("Lind posted that she would quit.", "Lind", "Lind", "named_person"),
        (
            "Norland's Supreme Court said no.",
            "Norland's Supreme Court",
            "Norland's Supreme Court",
            "named_organization",
        ),
        ("The Quay & Reed Corp. said no.", "The Quay & Reed Corp.", "Quay & Reed Corp.", "named_organization"),
        (
            "He told The New York Lantern Times a tale.",
            "The New York Lantern Times",
            "New York Lantern Times",
            "media_outlet",
        ),
    ],
)
def test_codebook_rows(text: str, source: str, name: str | None, kind: str) -> None:
    _, (found,) = resolve(text, (source, source))
    assert found.type == kind
    assert name is None or found.name == name


@pytest.mark.parametrize(
    ("text", "stated", "expected"),
    [
        (
            "Beijing said talks would go on. The envoys left China on Monday.",
            [("Beijing", "Beijing")],
            ["China"],
        ),
        (
            "Quay and Border Watch (QBW) closed the pier. QBW said ice was the cause.",
            [("QBW said", "QBW")],
            ["Quay and Border Watch"],
        ),
        (
            "Norlink shut the plant. A statement from Norlink said nobody was hurt. The statement named no cause.",
            [("A statement", "A statement from Norlink"), ("The statement", "The statement")],
            ["Norlink", "Norlink"],
        ),
        (
            "The Tarn Ferry Union met. Ola Brandt, its head, said in a statement that it was over. The statement was short.",
            [("Ola Brandt", "Ola Brandt"), ("The statement", "The statement")],
            ["Ola Brandt", "Ola Brandt"],
        ),
        (
            "The Norland Public Harbours Commission met. The harbours commission said the fee would rise.",
            [("The harbours", "The harbours commission")],
            ["Norland Public Harbours Commission"],
        ),
        (
            "Tarn Gas & Oil Corp. shut a pipe. On Monday TG&O said so.",
            [("On Monday", "TG&O")],
            ["Tarn Gas & Oil Corp."],
        ),
        (
            "The Ministry of Salt, Oil and Works (MOSOW) met. On Monday MOSOW said so.",
            [("On Monday", "MOSOW")],
            ["Ministry of Salt, Oil and Works"],
        ),
        (
            "Gerda King, 48, kept bees. Nobody came. King said it was cold. The king was told.",
            [("King said", "King")],
            ["Gerda King"],
        ),
        (
            "Norland’s ambassador to France Lu Varem has left. Lu said the talks were over.",
            [("Lu said", "Lu")],
            ["Lu Varem"],
        ),
        (
            "Anna Pellard runs the desk. @anna was asked. In June, Anna said it was closed.",
            [("In June", "Anna")],
            ["Anna Pellard"],
        ),
        (
            "Its head, of the Quay Ministry Eva-Marie Lund came. President Ola Brandt said he knew.",
            [("Its head", "Lund"), ("President Ola", "Brandt")],
            ["Eva-Marie Lund", "Ola Brandt"],
        ),
        (
            "An official, who asked not to be named, said so. The official said no more.",
            [("An official", "An official, who asked not to be named"), ("The official", "The official")],
            ["An official, who asked not to be named"] * 2,
        ),
        (
            "Dana Voss and Ola Brandt met. Voss and Brandt said it was over.",
            [("Voss and Brandt", "Voss and Brandt")],
            ["Dana Voss and Ola Brandt"],
        ),
        (
            "Tarn police closed the road. On Monday police said it was open.",
            [("On Monday", "police")],
            ["Tarn police"],
        ),
        (
            "Norlandish President Ola Brandt flew home. The Norland president said little.",
            [("The Norland", "The Norland president")],
            ["Ola Brandt"],
        ),
        (
            "Ferries are late again. Nobody tells us why.\n\n— Ines Roca (@inesroca) May 4",
            [("Ferries", None)],
            ["Ines Roca"],
        ),
        (
            "A study by the Tarn Institute looked at bolts. The study found rust. The researchers said it was old.",
            [("The study", "The study"), ("The researchers", "The researchers")],
            None,
        ),
    ],
)
def test_names_over_the_article(text: str, stated: list[tuple[str, str | None]], expected: list[str] | None) -> None:
    _, found = resolve(text, *stated)
    if expected is None:
        assert len({source.id for source in found}) == 1
    else:
        assert [source.name for source in found] == expected


def test_relays_name_the_principal() -> None:
    _, (mayor,) = resolve("Agencies quoted the mayor as saying the dam was sound.", ("Agencies", "Agencies"))
    assert (mayor.type, mayor.relayed_by.value, mayor.relay_depth) == ("role_identified_person", "Agencies", 1)
    _, (envoys,) = resolve("The Herald, citing two envoys, said the deal was off.", ("The Herald", "The Herald"))
    assert (envoys.type, envoys.relayed_by.value) == ("unnamed_group", "The Herald")


def test_spillover_and_two_claims_in_a_sentence() -> None:
    text = "Ola Brandt said the ledger had two gaps. The first ran into June. Brandt said it held, but two welders did not."
    _, found = resolve(
        text,
        ("Ola", "Ola Brandt"),
        ("The first", None),
        ("Brandt said it", "Brandt"),
        ("Brandt said it", "two welders"),
    )
    assert [source.name for source in found] == ["Ola Brandt", "Ola Brandt", "Ola Brandt", "two welders"]
    assert [source.anonymous for source in found] == [False, False, False, True]


@pytest.mark.parametrize("unit", ["Aa ", "(", "A: “", "— A (", "secretary of ", "in a b ", "citing A", "not to be "])
def test_repeated_text_stays_linear(unit: str) -> None:
    """A regular expression that backtracks without bound would not end here."""
    text = unit * (40_000 // len(unit))
    claim = Claim("c", (0,), Span(0, len(text)))
    sources, _ = resolve_sources(Article("a", text), (Sentence(0, 0, len(text)),), (claim,), find_quotations(text))
    assert len(sources) == 1


def test_an_item_takes_its_issuer_from_elsewhere() -> None:
    text = "The report said bolts were loose. It was a report by the Tarn Audit Office, two years late."
    _, (report,) = resolve(text, ("The report", "The report"))
    assert (report.name, report.type) == ("report by the Tarn Audit Office", "named_document")


def test_an_item_has_several_words_and_its_authors_speak_for_it() -> None:
    text = (
        "A new study says gulls sleep less. Researchers counted them at night. The paper adds that chicks sleep more. "
        "It is research of 38 harbours published in the journal Harbour Letters. Scientists say so."
    )
    _, (study, authors, paper, others) = resolve(
        text,
        ("A new study", "A new study"),
        ("Researchers", "Researchers"),
        ("The paper", "The paper"),
        ("Scientists", "Scientists"),
    )
    assert study.id == authors.id == paper.id
    assert study.name == "research of 38 harbours published in the journal Harbour Letters"
    assert (study.type, others.type) == ("named_document", "generic_collective")


def test_a_title_in_the_opening_lines_is_its_only_bearer() -> None:
    text = "A harbour minister sees no risk.\nMinister Ines Roca said so on Monday."
    first, second = resolve(text, ("sees no risk", "A harbour minister"), ("said so", "Minister Ines Roca"))[1]
    assert first.id == second.id and first.name == "Ines Roca"
    two = text + "\nMinister Ola Brandt said so too."
    first, second = resolve(two, ("sees no risk", "A harbour minister"), ("said so", "Minister Ines Roca"))[1]
    assert first.id != second.id


def test_researchers_of_no_known_study_are_a_collective() -> None:
    _, (found,) = resolve("Researchers say gulls sleep less.", ("Researchers", "Researchers"))
    assert found.type == "generic_collective"


def test_bodies_that_are_named_by_what_they_are() -> None:
    """ "The company" is the body in play, "the police" is only a body with the word in its name."""
    text = "Norlink Inc. shut its plant, Norlink Inc. said. {} said so."
    for words, name in (("The company", "Norlink Inc."), ("The police", "The police")):
        assert names(text.format(words), ("Norlink Inc. said", "Norlink Inc."), (f"{words} said", words))[1] == name


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Lena Tide, a pseudonym, said so.", "pseudonymous_account"),
        ("Lena Tide, who goes by the name Foam, said so.", "pseudonymous_account"),
        ("The hacker Foam said so.", "pseudonymous_account"),
        ("The blogger Lena Tide said so.", "named_person"),
    ],
)
def test_pen_names(text: str, kind: str) -> None:
    _, (found,) = resolve(text, ("said so", "Lena Tide" if "Lena" in text else "The hacker Foam"))
    assert found.type == kind


@pytest.mark.parametrize(
    ("text", "stated", "expected"),
    [
        (
            "Ola Brandt left the dike board. His spokesman said he was tired.",
            [("His spokesman", "His spokesman")],
            ["Ola Brandt's spokesman"],
        ),
        (
            "Norlink Energy shut its plant. A spokeswoman for the company said nobody was hurt.",
            [("A spokeswoman", "A spokeswoman for the company")],
            ["A spokeswoman for Norlink Energy"],
        ),
        (
            "Norlink Energy shut its plant. A statement by the company said nobody was hurt.",
            [("A statement", "A statement by the company")],
            ["Norlink Energy"],
        ),
        (
            "The raid was led by the State Attorney’s Office for the Western District of Tarn. The office said so.",
            [("The raid", "the State Attorney’s Office for the Western District of Tarn")],
            ["State Attorney’s Office for the Western District of Tarn"],
        ),
        (
            "A report by the Office of the Inspector General was late. The Office of the Inspector General said so.",
            [("The Office", "The Office of the Inspector General")],
            ["Office of the Inspector General"],
        ),
        (
            "The owner is 7th Harbour Fox, a studio. 7th Harbour Fox said so.",
            [("7th Harbour Fox said", "7th Harbour Fox")],
            ["7th Harbour Fox"],
        ),
    ],
)
def test_names_are_spelled_out(text: str, stated: list[tuple[str, str | None]], expected: list[str]) -> None:
    assert names(text, *stated) == expected


def test_his_colleague_is_somebody_else() -> None:
    text = "Ola Brandt said it held. His colleague said it had not."
    first, second = resolve(text, ("Ola Brandt said", "Ola Brandt"), ("His colleague", "His colleague"))[1]
    assert first.id != second.id and second.name == "Ola Brandt's colleague"


@pytest.mark.parametrize(
    ("text", "role", "affiliation"),
    [
        (
            "It was late when the leader of the council, Ines Roca, said it held.",
            "leader of the council",
            "the council",
        ),
        ("The harbour board’s chief engineer, Ines Roca, said it held.", "chief engineer", "The harbour board"),
        ("“It held,” said its treasurer, Ines Roca.", "treasurer", None),
        ("“It held,” said Ines Roca, a schoolteacher in Low Tarn.", "schoolteacher in Low Tarn", "Low Tarn"),
        ("Ines Roca, welder: “It held.”", "welder", None),
        ("Ines Roca of the Tarn Riders’ Union called it over and said it held.", None, "the Tarn Riders’ Union"),
        ("Ines Roca, thought by her players to be strict, said it held.", None, None),
        ("At the pier, Ines Roca said it held.", None, None),
        ("Tarn Weekly editor-in-chief Ines Roca said it held.", "Tarn Weekly editor-in-chief", "Tarn Weekly"),
        (
            "Another Norlandish member of the board, Ines Roca, said it held.",
            "Norlandish member of the board",
            "the board",
        ),
        ("Tarn-based engineer Ines Roca said it held.", "Tarn-based engineer", None),
        (
            "Ines Roca, head of Harbour Affairs at the Tarn Board, said it held.",
            "head of Harbour Affairs at the Tarn Board",
            "Tarn Board",
        ),
        ("Ines Roca, CEO of AI startup Norlink, said it held.", "CEO of AI startup Norlink", "Norlink"),
        ("Secretary of State Ines Roca said it held.", "Secretary of State", "Secretary of State"),
        ("Sen. Ines Roca said it held.", "Sen.", "Sen."),
        ("Health Secretary Ines Roca said it held.", "Health Secretary", "Health Secretary"),
        ("Police spokeswoman Ines Roca said it held.", "Police spokeswoman", "Police"),
        ("On deck, geologist Ines Roca said it held.", "geologist", None),
        ("Chief Harbour Officer Dr Ines Roca said it held.", "Chief Harbour Officer", None),
        ("They asked whether Mayor Ines Roca said it held.", "Mayor", "Mayor"),
    ],
)
def test_role_and_affiliation_of_a_named_person(text: str, role: str | None, affiliation: str | None) -> None:
    (source,) = resolve(text, ("Ines Roca", "Ines Roca"))[1]
    assert (source.role and source.role.value, source.affiliation and source.affiliation.value) == (role, affiliation)
    for attribute in (source.role, source.affiliation):
        assert attribute is None or text[attribute.span.start : attribute.span.end] == attribute.value


def test_a_shop_that_somebody_came_to_is_no_body_of_hers() -> None:
    words = "Ines Roca, who came to a Norlink shop"
    (source,) = resolve(f"{words}, said it held. Norlink shut.", ("it held", words))[1]
    assert (source.name, source.affiliation) == ("Ines Roca", None)


def test_places_that_begin_with_new() -> None:
    text = "New York officials told reporters so. New South Wales said it held."
    assert names(text, ("said it", "New South Wales")) == ["New South Wales"]


def test_pronouns_and_bare_plurals_are_no_roles_or_bodies() -> None:
    text = "Nurses say the beds are full. Two of them said more were to come."
    nurses, them = resolve(text, ("Nurses say", "Nurses"), ("Two of them", "Two of them"))[1]
    assert nurses.affiliation is None and them.role is None


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("Norlink, the county’s largest grid operator, said it held.", "Norlink", "county’s largest grid operator"),
        ("The river charity Tarn Watch said it held.", "Tarn Watch", "river charity"),
        ("Tarn Watch, which represents anglers, said it held.", "Tarn Watch", "represents anglers"),
        ("Tarn Watch, a charity for all who fish that began in 2031, said it held.", "Tarn Watch", "charity for all"),
        ("Tarn-based Harbour One said it held.", "Harbour One", None),
        ("After the flood Norlink said it held.", "Norlink", None),
    ],
)
def test_function_of_a_body_is_told_in_words_beside_its_name(text: str, name: str, role: str | None) -> None:
    (source,) = resolve(text, (name, name), scores={0: SourceScores({"named_organization": 0.9})})[1]
    assert (source.name, source.role and source.role.value) == (name, role)
    assert source.role is None or text[source.role.span.start : source.role.span.end] == source.role.value
