// What is selected in the article, by mouse or by keyboard, as offsets in its text.

import { findNextWord, findPreviousWord, stepCharacter, tidySpan } from "./words.js";

/** The selection of the page, seen from the text of the article. */
export class TextSelection {
  constructor(view) {
    this.view = view;
  }

  /** The selected words inside a sentence, tidied; null where nothing is selected there. */
  read(number) {
    const range = this.readRange(number);
    if (!range) return null;
    const { article } = this.view;
    const [start, end] = [Math.min(range.anchor, range.focus), Math.max(range.anchor, range.focus)];
    return start < end ? tidySpan(article.text, { start, end }, article.sentences[number]) : null;
  }

  /** Both ends of the selection as offsets cut to a sentence; null where the selection lies outside it. */
  readRange(number) {
    const selection = getSelection();
    if (!selection.rangeCount || !selection.getRangeAt(0).intersectsNode(this.view.sentences[number])) return null;
    const place = this.view.article.sentences[number];
    const cut = (node, offset) =>
      Math.max(place.start, Math.min(place.end, this.view.findOffset(node, offset, number)));
    return {
      anchor: cut(selection.anchorNode, selection.anchorOffset),
      focus: cut(selection.focusNode, selection.focusOffset),
    };
  }

  write(number, anchor, focus) {
    getSelection().setBaseAndExtent(...this.view.findPlace(anchor, number), ...this.view.findPlace(focus, number));
  }

  clear() {
    getSelection().removeAllRanges();
  }

  /** Select the next or previous word, or stretch the selection by a word, a character or to the edge of the sentence. */
  move(number, direction, { extend = false, by = "word" } = {}) {
    const { text } = this.view.article;
    const place = this.view.article.sentences[number];
    const edge = direction > 0 ? place.start : place.end;
    const { anchor, focus } = this.readRange(number) ?? { anchor: edge, focus: edge };
    if (extend && by === "edge") return this.write(number, anchor, direction > 0 ? place.end : place.start);
    if (extend && by === "character") {
      const next = stepCharacter(text, focus, direction);
      return this.write(number, anchor, Math.max(place.start, Math.min(place.end, next)));
    }
    if (extend) {
      const word = direction > 0 ? findNextWord(text, focus, place.end) : findPreviousWord(text, focus, place.start);
      const next = direction > 0 ? (word?.end ?? place.end) : (word?.start ?? place.start);
      return this.write(number, anchor, next);
    }
    const from = direction > 0 ? Math.max(anchor, focus) : Math.min(anchor, focus);
    const word = direction > 0 ? findNextWord(text, from, place.end) : findPreviousWord(text, from, place.start);
    if (word) this.write(number, word.start, word.end);
  }
}
