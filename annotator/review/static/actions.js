// What each command does at the desk: label, mark, claims, sources, two coders, and the pages over the text.

import * as coding from "./coding.js";
import { keyOf } from "./commands.js";
import * as dialogs from "./dialogs.js";
import { LABELS, LABEL_NAMES, ROLES, ROLE_NAMES, inWords, shorten } from "./names.js";

const QUOTED = ["direct", "mixed", "indirect"];

// Labels and checks

function label(desk, name) {
  desk.decide(coding.setLabel(desk.coding, desk.sentence, name), "label", LABEL_NAMES[name ?? "undecided"]);
}

function accept(desk) {
  if (!desk.coding.checked[desk.sentence]) desk.decide(coding.setChecked(desk.coding, desk.sentence, true), "check");
  return desk.session.by_targets ? desk.goToTarget() : desk.step(1);
}

function toggleChecked(desk) {
  const checked = !desk.coding.checked[desk.sentence];
  const after = coding.setChecked(desk.coding, desk.sentence, checked);
  desk.decide(after, "check", checked ? "Checked" : "Not checked");
}

// Claims and their words

/** The claim to work on; without one the reader is told what to do. */
function needClaim(desk) {
  const keys = LABELS.filter(coding.isClaim).map((name) => keyOf(`label-${name}`));
  if (!desk.claim) desk.say(`Label the sentence as a claim first: ${keys.join(", ")}.`);
  return desk.claim;
}

function mark(desk, role, add = false) {
  const claim = needClaim(desk);
  if (!claim) return;
  const { start, end } = desk.place;
  const whole = role === "content" && !add ? { start, end } : null;
  const span = desk.selection.read(desk.sentence) ?? whole;
  if (!span) return desk.say(`Select words first: ${keyOf("word-right")}, then ${keyOf("extend-right")}.`);
  const words = desk.article.text.slice(span.start, span.end);
  desk.selection.clear();
  desk.claimId = claim.id;
  const after = coding.setSpan(desk.coding, claim.id, role, span, desk.sentence, desk.article.sentences, {
    words,
    add,
  });
  desk.decide(after, "span", `${ROLE_NAMES[role]}: ${shorten(words)}`);
  desk.focus();
}

function unmark(desk, role) {
  const claim = needClaim(desk);
  if (!claim) return;
  const after = coding.clearSpan(desk.coding, claim.id, role, desk.sentence, desk.article.sentences);
  desk.decide(after, "span", `${ROLE_NAMES[role]} unmarked`);
}

function turnQuoted(desk) {
  const claim = needClaim(desk);
  if (!claim) return;
  const status = QUOTED[(QUOTED.indexOf(claim.quote_status) + 1) % QUOTED.length];
  desk.decide(coding.setQuoteStatus(desk.coding, claim.id, status, desk.sentence), "claim", `Quoted: ${status}`);
}

function addClaim(desk) {
  if (!coding.isClaim(desk.coding.labels[desk.sentence])) return needClaim(desk);
  const { coding: after, id } = coding.addClaim(desk.coding, desk.sentence);
  desk.claimId = id;
  return desk.decide(after, "claim", "One more claim");
}

function removeClaim(desk) {
  const claim = needClaim(desk);
  if (!claim) return;
  const after = coding.removeClaim(desk.coding, claim.id, desk.sentence, desk.article.sentences);
  desk.decide(after, "claim", "Claim taken away");
}

function nextClaim(desk) {
  const claims = coding.claimsOf(desk.coding, desk.sentence);
  if (claims.length > 1) desk.pickClaim(claims[(claims.indexOf(desk.claim) + 1) % claims.length].id);
}

// Who answers

function changeSource(desk, change, message) {
  const claim = needClaim(desk);
  if (claim) desk.decide(coding.changeSource(desk.coding, claim.id, change, desk.sentence), "source", message);
}

/** Give the source of the current claim a name; `undefined` leaves it as it was. */
export function rename(desk, name) {
  const now = desk.claim && (coding.sourceOf(desk.coding, desk.claim)?.name ?? null);
  if (desk.claim && name !== undefined && name !== now) changeSource(desk, { name }, `Name: ${name ?? "none"}`);
  else desk.draw();
  desk.focus();
}

async function chooseType(desk) {
  if (!needClaim(desk)) return;
  const type = await dialogs.chooseType(desk.session.codebook, coding.sourceOf(desk.coding, desk.claim)?.type);
  if (type) changeSource(desk, { type }, `Type: ${inWords(type)}`);
  desk.focus();
}

async function chooseAnonymity(desk) {
  if (!needClaim(desk)) return;
  const now = coding.sourceOf(desk.coding, desk.claim)?.anonymity_type;
  const kind = await dialogs.chooseAnonymity(desk.session.codebook, now);
  if (kind) changeSource(desk, { anonymity_type: kind }, `Anonymity: ${inWords(kind)}`);
  desk.focus();
}

async function link(desk) {
  const claim = needClaim(desk);
  if (!claim) return;
  const chosen = await dialogs.chooseSource(desk.coding, claim);
  if (chosen && chosen.value !== claim.source_id) linkTo(desk, claim, chosen);
  desk.focus();
}

function linkTo(desk, claim, { value, shift }) {
  const name = desk.coding.sources.find((source) => source.id === value)?.name;
  if (shift && value !== null && claim.source_id !== null) {
    const after = coding.mergeSources(desk.coding, claim.source_id, value, desk.sentence);
    return desk.decide(after, "link", `All mentions are ${name} now`);
  }
  const words = claim.source && desk.article.text.slice(claim.source.start, claim.source.end);
  const after = coding.linkSource(desk.coding, claim.id, value, desk.sentence, words);
  return desk.decide(after, "link", `Source: ${name ?? words ?? "somebody else"}`);
}

function linkBefore(desk) {
  const claim = needClaim(desk);
  if (!claim) return;
  const source = coding.findSourceBefore(desk.coding, desk.sentence);
  if (source === null) desk.say("No claim before this one has a source.");
  else linkTo(desk, claim, { value: source, shift: false });
}

// Two coders

function take(desk, index) {
  const rival = desk.article.rivals[index];
  if (!rival) return;
  const after = coding.takeSentence(desk.coding, rival.coding, desk.sentence, desk.article.sentences);
  desk.claimId = null;
  desk.decide(after, "take", `Taken from ${rival.name}`);
}

async function showDifferences(desk) {
  if (!desk.session.adjudication) return desk.say("Disagreements are shown when two label files are compared.");
  const sentence = await dialogs.showDifferences(desk.article, desk.coding);
  return sentence === null ? desk.focus() : desk.goTo(sentence);
}

// Pages over the text

async function chooseArticle(desk) {
  const number = await dialogs.chooseArticle(desk.session.articles, desk.number);
  return number === null || number === desk.number ? desk.focus() : desk.open(number);
}

const select = (direction, options) => (desk) => desk.selection.move(desk.sentence, direction, options);

/** Commands by name: each takes the desk. */
export const ACTIONS = {
  ...Object.fromEntries(LABELS.map((name) => [`label-${name}`, (desk) => label(desk, name)])),
  "label-undecided": (desk) => label(desk, null),
  accept,
  "toggle-checked": toggleChecked,
  next: (desk) => desk.step(1),
  previous: (desk) => desk.step(-1),
  "next-target": (desk) => desk.goToTarget(),
  "next-article": (desk) => desk.turn(1),
  "previous-article": (desk) => desk.turn(-1),
  articles: chooseArticle,
  "word-right": select(1),
  "word-left": select(-1),
  "extend-right": select(1, { extend: true }),
  "extend-left": select(-1, { extend: true }),
  "nudge-right": select(1, { extend: true, by: "character" }),
  "nudge-left": select(-1, { extend: true, by: "character" }),
  "extend-end": select(1, { extend: true, by: "edge" }),
  "extend-start": select(-1, { extend: true, by: "edge" }),
  "clear-selection": (desk) => desk.selection.clear(),
  ...Object.fromEntries(ROLES.map((role) => [`set-${role}`, (desk) => mark(desk, role)])),
  ...Object.fromEntries(ROLES.map((role) => [`clear-${role}`, (desk) => unmark(desk, role)])),
  "add-content": (desk) => mark(desk, "content", true),
  "quote-status": turnQuoted,
  "next-claim": nextClaim,
  "add-claim": addClaim,
  "remove-claim": removeClaim,
  link,
  "same-source": linkBefore,
  "source-type": chooseType,
  anonymity: chooseAnonymity,
  rename: (desk) => needClaim(desk) && document.getElementById("source-name").select(),
  "take-first": (desk) => take(desk, 0),
  "take-second": (desk) => take(desk, 1),
  differences: showDifferences,
  undo: (desk) => desk.travel(desk.history.undo(), 0, "undo", "Undone"),
  redo: (desk) => desk.travel(desk.history.redo(), 1, "redo", "Done again"),
  codebook: (desk) => dialogs.showCodebook(desk.session.codebook).then(() => desk.focus()),
  help: (desk) => dialogs.showHelp(desk.singleKeys, (on) => desk.switchKeys(on)).then(() => desk.focus()),
};
