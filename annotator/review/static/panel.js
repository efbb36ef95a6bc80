// What is known of the current sentence, beside the text: its label with the rule, its claims, and who answers for them.

import { ANONYMOUS, ANONYMOUS_TYPES, claimsOf, isClaim, mentionsOf, sourceOf } from "./coding.js";
import { listSpans } from "./article.js";
import { keyOf } from "./commands.js";
import { make, renderMarks, showKey } from "./dom.js";
import { LABELS, LABEL_NAMES, ROLES, ROLE_NAMES, count, inWords, percent, shorten } from "./names.js";

const CASES_SHOWN = 40;

/** Draws the panel; `run` performs a command by name, `rename` gives the current source a name. */
export class Panel {
  constructor(root, codebook, { run, rename, pickClaim }) {
    Object.assign(this, { root, codebook, run, rename, pickClaim });
    this.casesOpen = false;
    // A click on a button leaves the selection and the focus in the text.
    root.addEventListener("mousedown", (event) => event.target.closest("button") && event.preventDefault());
  }

  /** `view` is { article, coding, sentence, claim } with the claim that is worked on, if any. */
  show(view) {
    const label = view.coding.labels[view.sentence];
    const parts = [this.makeHead(view)];
    if (view.article.rivals.length) parts.push(this.makeRivals(view));
    parts.push(this.makeLabels(view, label), this.makeRule(label));
    if (isClaim(label)) parts.push(this.makeClaim(view), view.claim ? this.makeSource(view) : null);
    const focused = this.root.contains(document.activeElement) ? document.activeElement.dataset.command : null;
    this.root.replaceChildren(...parts.filter(Boolean));
    if (focused) (this.root.querySelector(`[data-command="${focused}"]`) ?? this.root).focus();
  }

  makeHead({ article, coding, sentence }) {
    const checked = Boolean(coding.checked[sentence]);
    const zone = article.sentences[sentence].zone;
    return make(
      "div",
      { className: "panel-head" },
      make("h2", { textContent: `Sentence ${sentence + 1} of ${article.sentences.length}` }),
      zone === "body" ? null : make("span", { className: "zone", textContent: inWords(zone) }),
      this.makeButton("toggle-checked", checked ? "✓ Checked" : "Not checked", {
        "aria-pressed": String(checked),
        className: "check",
      }),
    );
  }

  makeLabels({ article, coding, sentence }, label) {
    const place = article.sentences[sentence];
    const buttons = LABELS.map((name) => {
      const share = place.probabilities?.[name];
      const button = this.makeButton(`label-${name}`, LABEL_NAMES[name], {
        "aria-pressed": String(label === name),
        dataset: { label: name },
      });
      button.classList.add("label-choice");
      if (share !== undefined && share !== null) {
        const meter = make("span", { className: "meter" }, make("span", { className: "meter-fill" }));
        meter.firstChild.style.width = percent(share); // through the object model, which the policy allows
        button.append(meter, make("span", { className: "share", textContent: percent(share) }));
      }
      return button;
    });
    const undecided = this.makeButton("label-undecided", "Cannot be decided", {
      "aria-pressed": String(label === null),
    });
    undecided.classList.add("label-choice", "quiet");
    return make("section", { "aria-label": "Label" }, make("h3", { textContent: "Label" }), ...buttons, undecided);
  }

  makeRule(label) {
    if (label === null) return null;
    const cases = this.codebook.cases.filter((item) => item.labels.includes(label));
    const rows = cases
      .slice(0, CASES_SHOWN)
      .map((item) =>
        make(
          "li",
          {},
          make("span", { className: "case" }, ...renderMarks(item.case)),
          make("q", {}, ...renderMarks(item.example)),
          make("span", { className: "decision" }, ...renderMarks(item.decision)),
        ),
      );
    const details = make(
      "details",
      { open: this.casesOpen },
      make("summary", { textContent: count(cases.length, "hard case") }),
      make("ul", {}, ...rows),
    );
    details.addEventListener("toggle", () => (this.casesOpen = details.open));
    return make(
      "section",
      { className: "rule", "aria-label": "Rule of the codebook" },
      make("p", {}, make("b", { textContent: `${LABEL_NAMES[label]}: ` }), ...renderMarks(this.codebook.labels[label])),
      details,
    );
  }

  makeClaim({ article, coding, sentence, claim }) {
    const claims = claimsOf(coding, sentence);
    const section = make("section", { "aria-label": "Claim" });
    const head = make(
      "div",
      { className: "row-head" },
      make("h3", { textContent: claims.length > 1 ? "Claims" : "Claim" }),
    );
    if (claims.length > 1) {
      head.append(
        ...claims.map((item, index) => {
          const own = {
            className: "tab",
            textContent: index + 1,
            "aria-pressed": String(item === claim),
            "aria-label": `Claim ${index + 1}`,
          };
          const tab = make("button", { type: "button", ...own });
          tab.addEventListener("click", () => this.pickClaim(item.id));
          return tab;
        }),
      );
    }
    head.append(this.makeButton("add-claim", "Add", { className: "small" }));
    if (claim) head.append(this.makeButton("remove-claim", "Remove", { className: "small" }));
    section.append(head);
    if (!claim) return section;
    const spans = listSpans(claim, article.sentences[sentence]);
    const list = make("dl", { className: "spans" });
    for (const role of ROLES) {
      const own = spans.filter((span) => span.role === role).map((span) => article.text.slice(span.start, span.end));
      const words = own.length
        ? make("span", { className: `words ${role}`, textContent: shorten(own.join(" … ")) })
        : make("span", { className: "none", textContent: "select words, then press the key" });
      list.append(
        make("dt", {}, this.makeButton(`set-${role}`, ROLE_NAMES[role], { className: "small" })),
        make(
          "dd",
          {},
          words,
          own.length
            ? this.makeButton(`clear-${role}`, "×", {
                className: "clear",
                label: `Unmark ${ROLE_NAMES[role].toLowerCase()}`,
              })
            : null,
        ),
      );
    }
    list.append(
      make("dt", {}, this.makeButton("quote-status", "Quoted", { className: "small" })),
      make("dd", { textContent: { direct: "directly", mixed: "in part", indirect: "no" }[claim.quote_status] }),
    );
    section.append(list);
    return section;
  }

  makeSource({ coding, sentence, claim }) {
    const source = sourceOf(coding, claim);
    const mentions = source ? mentionsOf(coding, source.id).length : 0;
    const input = make("input", {
      type: "text",
      id: "source-name",
      value: source?.name ?? "",
      autocomplete: "off",
      spellcheck: false,
      placeholder: "no name",
    });
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") this.rename(input.value.trim() || null);
      if (event.key === "Escape") this.rename(undefined);
    });
    input.addEventListener("change", () => input.isConnected && this.rename(input.value.trim() || null));
    const list = make(
      "dl",
      { className: "spans" },
      make("dt", {}, this.makeButton("source-type", "Type", { className: "small" })),
      make("dd", { className: source?.type ? "" : "none", textContent: inWords(source?.type) }),
      make("dt", {}, this.makeButton("anonymity", "Anonymity", { className: "small" })),
      make("dd", { className: source?.anonymity_type ? "" : "none", textContent: inWords(source?.anonymity_type) }),
    );
    const section = make(
      "section",
      { "aria-label": "Source" },
      make(
        "div",
        { className: "row-head" },
        make("h3", { textContent: "Who answers for it" }),
        make("span", { className: "mentions", textContent: mentions ? count(mentions, "claim") : "" }),
      ),
      make("label", { className: "name", htmlFor: "source-name" }, showKey(keyOf("rename")), "Name"),
      input,
      make(
        "div",
        { className: "links" },
        this.makeButton("link", "Same as …", { className: "small" }),
        this.makeButton("same-source", "As before", { className: "small" }),
      ),
      list,
    );
    if (source?.type)
      section.append(make("p", { className: "rule" }, ...renderMarks(this.codebook.types[source.type])));
    const warning = findMismatch(coding.labels[sentence], source, claimsOf(coding, sentence).length);
    if (warning) section.append(make("p", { className: "warning", role: "note", textContent: warning }));
    return section;
  }

  makeRivals({ article, sentence }) {
    const fields = article.differences[sentence];
    const columns = article.rivals.map(({ name, coding }, index) => {
      const button = this.makeButton(index ? "take-second" : "take-first", `Take ${name}’s`, { className: "small" });
      return make(
        "div",
        { className: "rival" },
        make("h4", { textContent: name }),
        ...describeSentence(article, coding, sentence),
        button,
      );
    });
    const title = fields ? `They differ in: ${fields.join(", ")}` : "They agree";
    return make(
      "section",
      { className: "rivals", "aria-label": "Two coders" },
      make("h3", { textContent: title }),
      make("div", { className: "columns" }, ...columns),
    );
  }

  makeButton(command, text, { label = null, dataset = {}, ...properties } = {}) {
    const button = make(
      "button",
      { type: "button", ...properties, dataset: { ...dataset, command } },
      showKey(keyOf(command)),
      make("span", { textContent: text }),
    );
    if (label) button.setAttribute("aria-label", label);
    button.addEventListener("click", () => this.run(command));
    return button;
  }
}

/** A coder's view of one sentence as rows: the label and what the coders differ in, or all where only one sees a claim. */
export function describeSentence(article, coding, sentence) {
  const label = coding.labels[sentence];
  const fields = article.differences[sentence] ?? [];
  const isOneSided = new Set(article.rivals.map((rival) => isClaim(rival.coding.labels[sentence]))).size > 1;
  const row = (name, text, extra = {}) =>
    make(
      "p",
      { className: fields.includes(name) ? "differs" : "", ...extra },
      make("span", { className: "field", textContent: name }),
      make("span", { textContent: text }),
    );
  const rows = [row("label", LABEL_NAMES[label ?? "undecided"], { dataset: { label: label ?? "undecided" } })];
  if (!isClaim(label)) return rows;
  for (const claim of claimsOf(coding, sentence)) {
    const source = sourceOf(coding, claim);
    rows.push(
      row("source name", source?.name ?? "no name"),
      row("source type", inWords(source?.type)),
      row("anonymity", inWords(source?.anonymity_type)),
    );
    for (const role of ROLES) {
      const words = listSpans(claim, article.sentences[sentence]).filter((span) => span.role === role);
      if (words.length)
        rows.push(
          row(`${role} words`, shorten(words.map((span) => article.text.slice(span.start, span.end)).join(" … "))),
        );
    }
  }
  return isOneSided || !fields.length ? rows : rows.filter((item, index) => !index || item.className);
}

/** A sentence on what does not go together in label and type of source, null where all does. */
function findMismatch(label, source, claims) {
  if (!source?.type || claims > 1) return null;
  const anonymous = ANONYMOUS_TYPES.has(source.type);
  if (anonymous && label !== ANONYMOUS)
    return `A source of this type is anonymous: the label would be ${LABEL_NAMES[ANONYMOUS]} (${keyOf(`label-${ANONYMOUS}`)}).`;
  if (!anonymous && label === ANONYMOUS && source.type !== "unresolved")
    return "A source of this type can be identified: the label would not be Anonymous source.";
  return null;
}
