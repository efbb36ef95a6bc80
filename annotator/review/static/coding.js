// Changes of a coding. Each takes one and returns another; nothing is altered in place, which makes undo a matter of keeping.

const NARRATION = "narration";
export const ANONYMOUS = "anonymous_source_claim";
export const ANONYMOUS_TYPES = new Set(["unnamed_person", "unnamed_group", "generic_collective", "unspecified"]);
const USUAL_ANONYMITY = {
  unnamed_person: "veiled",
  unnamed_group: "veiled",
  generic_collective: "generic",
  unspecified: "unspecified",
  unresolved: null,
};

export const isClaim = (label) => label !== null && label !== NARRATION;
export const claimsOf = (coding, sentence) => coding.claims.filter((claim) => claim.sentence_ids.includes(sentence));
export const sourceOf = (coding, claim) => coding.sources.find((source) => source.id === claim?.source_id) ?? null;
export const mentionsOf = (coding, id) => coding.claims.filter((claim) => claim.source_id === id);

/** The claims of every sentence that has some. */
export function groupClaims(coding) {
  const groups = new Map();
  for (const claim of coding.claims) {
    for (const number of claim.sentence_ids) groups.set(number, [...(groups.get(number) ?? []), claim]);
  }
  return groups;
}

/** Set or take away the mark that a person has looked at a sentence. */
export function setChecked(coding, sentence, checked) {
  return { ...coding, checked: coding.checked.map((value, number) => (number === sentence ? Number(checked) : value)) };
}

/** Label a sentence (null: cannot be decided). A label of claims gives it a claim where it has none. */
export function setLabel(coding, sentence, label) {
  const labels = coding.labels.map((value, number) => (number === sentence ? label : value));
  let next = setChecked({ ...coding, labels }, sentence, true);
  if (isClaim(label) && !claimsOf(next, sentence).length) next = addClaim(next, sentence).coding;
  const claims = next.claims.map((claim) =>
    claim.sentence_ids.includes(sentence)
      ? { ...claim, quote_status: suitQuoteStatus(label, claim.quote_status) }
      : claim,
  );
  return { ...next, claims };
}

/** Wholly quoted content makes no paraphrase, and unquoted content no quotation. */
function suitQuoteStatus(label, status) {
  if (label === "direct_quote" && status === "indirect") return "direct";
  if (label === "attributed_claim" && status === "direct") return "indirect";
  return status;
}

/** Another claim in a sentence: the new coding and the id of the claim. */
export function addClaim(coding, sentence) {
  const id = freshId(coding.claims, "c");
  const quoted = coding.labels[sentence] === "direct_quote" ? "direct" : "indirect";
  const claim = {
    id,
    sentence_ids: [sentence],
    source: null,
    cue: null,
    content: [],
    quote_status: quoted,
    source_id: null,
  };
  return { coding: setChecked({ ...coding, claims: [...coding.claims, claim] }, sentence, true), id };
}

/** Take a claim out of a sentence; where it runs over others too, it stays in those. */
export function removeClaim(coding, id, sentence, places) {
  const claims = coding.claims.flatMap((claim) => {
    if (claim.id !== id) return [claim];
    const ids = claim.sentence_ids.filter((number) => number !== sentence);
    const rest = { ...claim, sentence_ids: ids };
    for (const role of ["source", "cue", "content"]) Object.assign(rest, without(rest, role, places[sentence]));
    return ids.length ? [rest] : [];
  });
  return dropUnused(setChecked({ ...coding, claims }, sentence, true));
}

/** Mark words as source, cue or content. `add` keeps the other pieces of content in the sentence. */
export function setSpan(coding, id, role, span, sentence, places, { words, add = false } = {}) {
  let next = changeClaim(coding, id, (claim) => {
    if (role !== "content") return { [role]: span };
    const cleared = add ? without(claim, role, span) : without(claim, role, places[sentence]);
    return { content: [...cleared.content, span].sort((a, b) => a.start - b.start) };
  });
  const claim = next.claims.find((item) => item.id === id);
  if (role === "source" && claim.source_id === null && words) next = nameSource(next, id, words);
  return setChecked(next, sentence, true);
}

/** Unmark the source, the cue or the content of a claim in a sentence. */
export function clearSpan(coding, id, role, sentence, places) {
  return setChecked(
    changeClaim(coding, id, (claim) => without(claim, role, places[sentence])),
    sentence,
    true,
  );
}

/** Let a claim have the source of that name, a new one where there is none. */
function nameSource(coding, id, name) {
  const known = coding.sources.find((source) => source.name?.toLowerCase() === name.toLowerCase());
  if (known) return changeClaim(coding, id, () => ({ source_id: known.id }));
  const source = { id: freshId(coding.sources, "s"), name, type: null, anonymity_type: null };
  return changeClaim({ ...coding, sources: [...coding.sources, source] }, id, () => ({ source_id: source.id }));
}

/** Change name, type or anonymity of the source of a claim; all its other mentions follow. */
export function changeSource(coding, id, change, sentence) {
  const claim = coding.claims.find((item) => item.id === id);
  let next = coding;
  let identity = claim.source_id;
  if (identity === null) {
    identity = freshId(coding.sources, "s");
    const source = { id: identity, name: null, type: null, anonymity_type: null };
    next = changeClaim({ ...coding, sources: [...coding.sources, source] }, id, () => ({ source_id: identity }));
  }
  if (change.type !== undefined && change.anonymity_type === undefined) {
    const usual = USUAL_ANONYMITY[change.type];
    change = { ...change, anonymity_type: usual === undefined ? "none" : usual };
  }
  const sources = next.sources.map((source) => (source.id === identity ? { ...source, ...change } : source));
  return setChecked({ ...next, sources }, sentence, true);
}

/** Let one claim have another source, or one of its own (`sourceId` null) named by `words`. */
export function linkSource(coding, id, sourceId, sentence, words = null) {
  let next = changeClaim(coding, id, () => ({ source_id: sourceId }));
  if (sourceId === null) {
    const source = { id: freshId(coding.sources, "s"), name: words, type: null, anonymity_type: null };
    next = changeClaim({ ...next, sources: [...next.sources, source] }, id, () => ({ source_id: source.id }));
  }
  return setChecked(dropUnused(next), sentence, true);
}

/** Make two sources one: every mention of the first is then one of the second. */
export function mergeSources(coding, from, into, sentence) {
  const claims = coding.claims.map((claim) => (claim.source_id === from ? { ...claim, source_id: into } : claim));
  return setChecked(dropUnused({ ...coding, claims }), sentence, true);
}

/** The source of the last claim before a sentence that has one. */
export function findSourceBefore(coding, sentence) {
  const before = coding.claims
    .filter(
      (claim) =>
        claim.source_id !== null && claim.sentence_ids[0] < sentence && isClaim(coding.labels[claim.sentence_ids[0]]),
    )
    .sort((a, b) => a.sentence_ids[0] - b.sentence_ids[0]);
  return before.at(-1)?.source_id ?? null;
}

/** Change the quote status of a claim. */
export function setQuoteStatus(coding, id, status, sentence) {
  return setChecked(
    changeClaim(coding, id, () => ({ quote_status: status })),
    sentence,
    true,
  );
}

/** Take over what another coder says of a sentence: label, claims, and sources by name and type. */
export function takeSentence(coding, rival, sentence, places) {
  let next = coding;
  for (const claim of claimsOf(coding, sentence)) next = removeClaim(next, claim.id, sentence, places);
  next = {
    ...next,
    labels: next.labels.map((label, number) => (number === sentence ? rival.labels[sentence] : label)),
  };
  for (const claim of claimsOf(rival, sentence)) {
    const theirs = sourceOf(rival, claim);
    let source = theirs && next.sources.find((item) => item.name === theirs.name && item.type === theirs.type);
    if (theirs && !source) {
      source = { ...theirs, id: freshId(next.sources, "s") };
      next = { ...next, sources: [...next.sources, source] };
    } else if (theirs) {
      // Of one source both may differ in the kind of anonymity; this sentence settles it.
      const settled = { ...source, anonymity_type: theirs.anonymity_type };
      next = { ...next, sources: next.sources.map((item) => (item === source ? settled : item)) };
    }
    const own = { ...claim, id: freshId(next.claims, "c"), sentence_ids: [sentence], source_id: source?.id ?? null };
    for (const role of ["source", "cue", "content"]) Object.assign(own, within(own, role, places[sentence]));
    next = { ...next, claims: [...next.claims, own] };
  }
  return setChecked(dropUnused(next), sentence, true);
}

/** The sentences that look different after a change. */
export function findChanged(before, after) {
  const changed = new Set();
  after.labels.forEach((label, number) => {
    if (label !== before.labels[number] || after.checked[number] !== before.checked[number]) changed.add(number);
  });
  const [old, now] = [new Set(before.claims), new Set(after.claims)];
  for (const claim of [...old, ...now]) {
    if (!(old.has(claim) && now.has(claim))) claim.sentence_ids.forEach((number) => changed.add(number));
  }
  return changed;
}

function changeClaim(coding, id, change) {
  return {
    ...coding,
    claims: coding.claims.map((claim) => (claim.id === id ? { ...claim, ...change(claim) } : claim)),
  };
}

const touches = (span, place) => span.start < place.end && place.start < span.end;

/** What is left of a role of a claim outside a place. */
function without(claim, role, place) {
  if (role !== "content") return { [role]: claim[role] && touches(claim[role], place) ? null : claim[role] };
  const content = claim.content.flatMap((span) =>
    [
      { start: span.start, end: Math.min(span.end, place.start) },
      { start: Math.max(span.start, place.end), end: span.end },
    ].filter((piece) => piece.start < piece.end),
  );
  return { content };
}

/** What a role of a claim has inside a place. */
function within(claim, role, place) {
  if (role !== "content") return { [role]: claim[role] && touches(claim[role], place) ? claim[role] : null };
  const content = claim.content
    .map((span) => ({ start: Math.max(span.start, place.start), end: Math.min(span.end, place.end) }))
    .filter((piece) => piece.start < piece.end);
  return { content };
}

function dropUnused(coding) {
  const used = new Set(coding.claims.map((claim) => claim.source_id));
  return { ...coding, sources: coding.sources.filter((source) => used.has(source.id)) };
}

function freshId(items, letter) {
  const taken = new Set(items.map((item) => item.id));
  let number = items.length + 1;
  while (taken.has(`${letter}${number}`)) number += 1;
  return `${letter}${number}`;
}
