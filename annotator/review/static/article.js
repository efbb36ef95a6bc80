// The article on the page: paragraphs of sentences, each sentence a row of pieces of text with their marks.

import { claimsOf, groupClaims, isClaim } from "./coding.js";
import { make } from "./dom.js";
import { splitHidden } from "./hidden.js";
import { stepCharacter } from "./words.js";

// A text of megabytes takes seconds to lay out, unless the browser may leave out what is not in sight: blocks it may.
const LONG_TEXT = 100_000; // units
const LONG_SENTENCE = 20_000;
const BLOCK = 4_000;
const SENTENCES_PER_BLOCK = 100;

/** Shows one article, and tells which place in its text a place in the page is. */
export class ArticleView {
  constructor(root) {
    this.root = root;
    this.places = new WeakMap(); // text node -> where it begins in the article
  }

  /** Build the page of an article; everything that was shown before goes. */
  show(article, coding, current) {
    this.article = article;
    this.sentences = article.sentences.map((place, number) =>
      make("span", { className: "sentence", id: `sentence-${number}`, dataset: { number }, role: "group" }),
    );
    this.root.classList.toggle("long", article.text.length > LONG_TEXT);
    this.root.replaceChildren(...this.makeParagraphs());
    const claims = groupClaims(coding);
    this.sentences.forEach((_, number) => {
      this.update(number, coding, number === current ? {} : null, claims.get(number) ?? []);
    });
  }

  makeParagraphs() {
    const { text, sentences } = this.article;
    const paragraphs = [];
    let end = 0;
    sentences.forEach((place, number) => {
      const gap = text.slice(end, place.start);
      const full = paragraphs.at(-1)?.childElementCount >= SENTENCES_PER_BLOCK;
      if (!paragraphs.length || full || gap.includes("\n"))
        paragraphs.push(make("p", { className: `zone-${place.zone}` }));
      const rest = gap.trim(); // text that belongs to no sentence is shown too
      if (rest) paragraphs.at(-1).append(make("span", { className: "rest" }, ...splitHidden(rest, end, new WeakMap())));
      if (gap) paragraphs.at(-1).append(" ");
      paragraphs.at(-1).append(this.sentences[number]);
      end = place.end;
    });
    const rest = text.slice(end).trim();
    if (rest) paragraphs.push(make("p", { className: "rest" }, ...splitHidden(rest, end, new WeakMap())));
    return paragraphs;
  }

  /** Draw one sentence again. `focus` is null, or what is current in it: { claim }. */
  update(number, coding, focus, claims = claimsOf(coding, number)) {
    const element = this.sentences[number];
    const label = coding.labels[number];
    element.dataset.label = label ?? "undecided";
    element.classList.toggle("checked", Boolean(coding.checked[number]));
    element.classList.toggle("doubtful", !coding.checked[number] && this.article.targets.includes(number));
    element.classList.toggle("disputed", number in this.article.differences && !coding.checked[number]);
    element.classList.toggle("current", focus !== null);
    if (focus === null) {
      element.removeAttribute("tabindex");
      element.removeAttribute("aria-current");
      element.removeAttribute("aria-describedby");
    } else {
      element.tabIndex = 0;
      element.setAttribute("aria-current", "true");
      element.setAttribute("aria-describedby", "state");
    }
    const shown = isClaim(label) ? claims : [];
    element.replaceChildren(...this.makePieces(this.article.sentences[number], shown, focus?.claim));
  }

  makePieces(place, claims, active) {
    const spans = claims.flatMap((claim) =>
      listSpans(claim, place).map((span) => ({ ...span, active: claim.id === active })),
    );
    const blocks = place.end - place.start > LONG_SENTENCE ? listBlocks(this.article.text, place) : [];
    const edges = [...new Set([place.start, place.end, ...blocks, ...spans.flatMap((span) => [span.start, span.end])])];
    edges.sort((a, b) => a - b);
    return edges.slice(1).map((end, index) => {
      const start = edges[index];
      const own = spans.filter((span) => span.start <= start && end <= span.end);
      const classes = [
        blocks.length ? "block" : "",
        ...own.flatMap((span) => [
          span.role,
          ...(span.active ? [`active-${span.role}`] : []),
          ...(span.start === start ? [`${span.role}-begins`] : []),
        ]),
      ];
      const nodes = splitHidden(this.article.text.slice(start, end), start, this.places);
      return make("span", { className: ["piece", ...new Set(classes)].join(" ") }, ...nodes);
    });
  }

  /** The number of the sentence that holds a node, null outside. */
  findSentence(node) {
    const element = (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.(".sentence");
    return element && this.root.contains(element) ? Number(element.dataset.number) : null;
  }

  /** The offset in the article of a place in the page, cut to the bounds of a sentence. */
  findOffset(node, offset, number) {
    const start = this.places.get(node);
    if (start !== undefined && this.sentences[number].contains(node)) return start + offset;
    const range = document.createRange();
    range.setStart(node, offset);
    const texts = this.listTexts(number);
    const later = texts.find((text) => range.comparePoint(text, 0) >= 0);
    return later ? this.places.get(later) : this.article.sentences[number].end;
  }

  /** The place in the page of an offset in a sentence: [text node, offset in it]. */
  findPlace(offset, number) {
    const texts = this.listTexts(number);
    const node = texts.find((text) => offset <= this.places.get(text) + text.length) ?? texts.at(-1);
    return [node, offset - this.places.get(node)];
  }

  listTexts(number) {
    const walker = document.createTreeWalker(this.sentences[number], NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    return texts;
  }
}

/** Where a sentence is cut into blocks, between words if it can be, and never in a pair of units. */
function listBlocks(text, place) {
  const blocks = [];
  for (let at = place.start + BLOCK; at < place.end; at += BLOCK) {
    const space = text.lastIndexOf(" ", at);
    blocks.push(space > at - BLOCK / 2 ? space + 1 : stepCharacter(text, at - 1, 1));
  }
  return blocks;
}

/** The marked words of a claim inside a sentence. */
export function listSpans(claim, place) {
  return ["source", "cue", "content"].flatMap((role) =>
    [claim[role]]
      .flat()
      .filter(Boolean)
      .map((span) => ({ role, start: Math.max(span.start, place.start), end: Math.min(span.end, place.end) }))
      .filter((span) => span.start < span.end),
  );
}
