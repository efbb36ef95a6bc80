// The desk: which article and sentence are current, what a command does there, and that every decision is saved.

import { ACTIONS, rename } from "./actions.js";
import { ArticleView } from "./article.js";
import { claimsOf, findChanged, isClaim } from "./coding.js";
import { History } from "./history.js";
import { Panel } from "./panel.js";
import { TextSelection } from "./selection.js";

const SINGLE_KEYS = "annotator-single-keys";

export class Desk {
  /** `root` and `panel` are elements of the page; `say` shows a message; `onMove` hears of every change of place or state. */
  constructor(session, store, { root, panel, say, onMove }) {
    Object.assign(this, { session, store, say, onMove });
    this.view = new ArticleView(root);
    this.selection = new TextSelection(this.view);
    this.panel = new Panel(panel, session.codebook, {
      run: (command) => this.run(command),
      rename: (name) => rename(this, name),
      pickClaim: (id) => this.pickClaim(id),
    });
    this.history = new History();
    this.codings = new Map(); // number -> the coding as it stands in this tab
    this.singleKeys = localStorage.getItem(SINGLE_KEYS) !== "off";
    // In an element that takes the focus Chromium begins no selection at its first letter.
    root.addEventListener("mousedown", () => this.view.sentences[this.sentence].removeAttribute("tabindex"));
    document.addEventListener("mouseup", (event) => this.followMouse(event));
  }

  get place() {
    return this.article.sentences[this.sentence];
  }

  get coding() {
    return this.codings.get(this.number);
  }

  get claim() {
    const claims = isClaim(this.coding.labels[this.sentence]) ? claimsOf(this.coding, this.sentence) : [];
    return claims.find((claim) => claim.id === this.claimId) ?? claims[0] ?? null;
  }

  // Going about

  /** Open an article at a sentence; by default at its first one that is not checked. */
  async open(number, sentence = null) {
    this.view.root.setAttribute("aria-busy", "true");
    try {
      await this.load(number, sentence);
    } catch (error) {
      if (!this.article) throw error;
      this.say(`The article cannot be opened: ${error.message}.`);
    } finally {
      this.view.root.removeAttribute("aria-busy");
    }
  }

  async load(number, sentence) {
    const article = await this.store.loadArticle(number);
    this.article = article;
    this.number = number;
    if (!this.codings.has(number)) this.codings.set(number, article.coding);
    const first = this.session.by_targets ? this.findTarget() : this.coding.checked.indexOf(0);
    this.sentence = sentence ?? Math.max(0, first ?? 0);
    this.claimId = null;
    this.view.show(article, this.coding, this.sentence);
    this.goTo(this.sentence);
  }

  goTo(sentence, { focus = true } = {}) {
    const before = this.sentence;
    this.sentence = sentence;
    if (before !== sentence) {
      this.claimId = null;
      if (focus) this.selection.clear();
      this.view.update(before, this.coding, null);
    }
    this.draw();
    if (focus) this.focus();
  }

  /** Put the keyboard back into the text and the sentence into sight. */
  focus() {
    const element = this.view.sentences[this.sentence];
    element.focus({ preventScroll: true });
    const { top, bottom } = element.getBoundingClientRect();
    if (top < innerHeight * 0.15 || bottom > innerHeight * 0.8)
      element.scrollIntoView({ block: bottom - top > innerHeight * 0.6 ? "start" : "center" });
  }

  draw() {
    const claim = this.claim;
    this.shownClaim = claim?.id ?? null;
    this.view.update(this.sentence, this.coding, { claim: claim?.id });
    this.panel.show({ article: this.article, coding: this.coding, sentence: this.sentence, claim });
    this.onMove(this);
  }

  step(direction) {
    const next = this.sentence + direction;
    if (next >= 0 && next < this.article.sentences.length) this.goTo(next);
    else this.turn(direction, direction > 0 ? 0 : null);
  }

  async turn(direction, sentence = null) {
    const next = this.number + direction;
    if (next < 0 || next >= this.session.articles.length)
      this.say(direction > 0 ? "That was the last article." : "This is the first article.");
    else await this.open(next, sentence);
  }

  /** The first target of the article that is not checked, null where all are. */
  findTarget() {
    return this.article.targets.find((number) => !this.coding.checked[number]) ?? null;
  }

  async goToTarget() {
    const target = this.article.targets.find((number) => !this.coding.checked[number] && number !== this.sentence);
    if (target !== undefined) return this.goTo(target);
    const { articles } = this.session;
    for (let step = 1; step < articles.length; step += 1) {
      const number = (this.number + step) % articles.length;
      if (articles[number].open_targets) {
        await this.open(number);
        return this.goTo(this.findTarget() ?? this.sentence);
      }
    }
    const { adjudication, by_targets: byTargets } = this.session;
    const what = adjudication ? "disagreement" : byTargets ? "sentence of the queue" : "sentence in doubt";
    return this.say(`No ${what} is left.`);
  }

  // Deciding

  /** Take a new coding as the state of things: draw it, remember how to undo it, save it. */
  decide(after, decision, message = null) {
    const step = {
      number: this.number,
      sentence: this.sentence,
      before: this.coding,
      after,
      claims: [this.shownClaim],
    };
    this.history.add(step);
    this.apply(after, decision);
    step.claims.push(this.shownClaim);
    if (message) this.say(message);
  }

  apply(after, decision) {
    const before = this.coding;
    this.codings.set(this.number, after);
    this.store.save(this.number, this.article, after, decision, this.sentence);
    const heading = this.session.articles[this.number];
    heading.checked = after.checked.filter(Boolean).length;
    heading.open_targets = this.article.targets.filter((number) => !after.checked[number]).length;
    for (const number of findChanged(before, after))
      if (number !== this.sentence) this.view.update(number, after, null);
    this.draw();
  }

  /** Go to where a step was taken and put the state before it (`side` 0) or after it (1) in place. */
  async travel(step, side, decision, word) {
    if (!step) return this.say(`There is nothing to ${decision}.`);
    if (step.number !== this.number) await this.open(step.number, step.sentence);
    if (step.number !== this.number) return null; // it could not be opened, which has been said
    this.goTo(step.sentence);
    this.claimId = step.claims[side];
    this.apply(side ? step.after : step.before, decision);
    return this.say(word);
  }

  pickClaim(id) {
    this.claimId = id;
    this.draw();
    this.focus();
  }

  /** Do what a command says. Nothing happens while an article is on its way: nobody can have meant what is not there yet. */
  run(command) {
    return this.view.root.hasAttribute("aria-busy") ? null : ACTIONS[command](this);
  }

  switchKeys(on) {
    this.singleKeys = on;
    localStorage.setItem(SINGLE_KEYS, on ? "on" : "off");
  }

  /** A click or a selection by mouse makes its sentence the current one; the selection stays. */
  followMouse(event) {
    this.view.sentences[this.sentence].tabIndex = 0;
    if (event.target.closest("aside, header, dialog")) return;
    const anchor = getSelection().isCollapsed ? event.target : getSelection().anchorNode;
    const sentence = this.view.findSentence(anchor);
    if (sentence === null) return;
    const range = this.selection.readRange(sentence);
    if (sentence !== this.sentence) this.goTo(sentence, { focus: false });
    const element = this.view.sentences[sentence];
    element.focus({ preventScroll: true });
    if (range && range.anchor !== range.focus) this.selection.write(sentence, range.anchor, range.focus);
  }
}
