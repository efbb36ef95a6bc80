// The pages that open over the text: articles, disagreements, codebook, keys.

import { choose } from "./chooser.js";
import { ANONYMOUS_TYPES, mentionsOf } from "./coding.js";
import { COMMANDS, writeKey } from "./commands.js";
import { make, renderMarks, showKey } from "./dom.js";
import { count, inWords, percent, shorten } from "./names.js";
import { describeSentence } from "./panel.js";

/** Ask for an article; resolves to its number or null. */
export async function chooseArticle(articles, current) {
  const options = articles.map((article, number) => ({
    value: number,
    label: article.title,
    note: article.checked === article.sentences ? "✓ done" : `${article.checked} of ${article.sentences}`,
    detail: [
      article.outlet,
      article.published,
      article.open_targets ? `${article.open_targets} in doubt` : null,
      article.id,
    ]
      .filter(Boolean)
      .join(" · "),
    current: number === current,
  }));
  return (await choose({ title: "Articles", options }))?.value ?? null;
}

/** Ask for a source of the article; resolves to { value, shift } or null; value null is a source of its own. */
export function chooseSource(coding, claim) {
  const options = coding.sources.map((source) => ({
    value: source.id,
    label: source.name ?? "no name",
    note: source.id === claim.source_id ? "now" : count(mentionsOf(coding, source.id).length, "claim"),
    detail: inWords(source.type),
  }));
  options.push({ value: null, label: "Somebody else", detail: "a source of its own" });
  const hint = [
    showKey("Enter"),
    " links this mention; ",
    showKey("Shift Enter"),
    " makes the two sources one, with all their mentions.",
  ];
  return choose({ title: "The same source as", options, hint });
}

/** Ask for a type of source; resolves to an id or null. */
export async function chooseType(codebook, current) {
  const options = Object.entries(codebook.types).map(([id, rule]) => ({
    value: id,
    label: inWords(id),
    note: ANONYMOUS_TYPES.has(id) ? "anonymous" : "",
    detail: rule,
    current: id === current,
  }));
  return (await choose({ title: "Type of source", options }))?.value ?? null;
}

/** Ask for a kind of anonymity; resolves to an id or null. */
export async function chooseAnonymity(codebook, current) {
  const options = Object.entries(codebook.anonymity).map(([id, rule]) => ({
    value: id,
    label: inWords(id),
    detail: rule,
    current: id === current,
  }));
  return (await choose({ title: "Kind of anonymity", options }))?.value ?? null;
}

/** A dialog with a heading and parts; it closes with Escape or its button. */
function openPage(title, parts, className = "") {
  const close = make("button", { type: "button", className: "close", textContent: "Close" });
  const dialog = make(
    "dialog",
    { className: `page ${className}`, "aria-labelledby": "page-title" },
    make("div", { className: "page-head" }, make("h2", { id: "page-title", textContent: title }), close),
  );
  dialog.append(
    make("div", { className: "page-body", tabIndex: 0, role: "region", "aria-labelledby": "page-title" }, ...parts),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  const closed = new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve();
    });
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector(".page-body").focus();
  return { dialog, closed };
}

/** All keys by group, and the switch for those that are a single sign. */
export function showHelp(singleKeys, onSwitch) {
  const groups = Map.groupBy ? Map.groupBy(COMMANDS, ([, , , group]) => group) : new Map();
  const sections = [...groups].map(([group, commands]) =>
    make(
      "section",
      {},
      make("h3", { textContent: group }),
      make(
        "dl",
        {},
        ...commands.flatMap(([, keys, text]) => [
          make("dt", {}, ...keys.map((key) => showKey(writeKey(key)))),
          make("dd", { textContent: text }),
        ]),
      ),
    ),
  );
  const box = make("input", { type: "checkbox", id: "single-keys", checked: singleKeys });
  box.addEventListener("change", () => onSwitch(box.checked));
  const setting = make(
    "label",
    { className: "setting", htmlFor: "single-keys" },
    box,
    "Single letters and digits are commands (switch off for speech input)",
  );
  return openPage("Keys", [make("div", { className: "key-groups" }, ...sections), setting], "keys").closed;
}

/** The questions and the hard cases of the codebook. */
export function showCodebook(codebook) {
  const rows = codebook.cases.map((item) =>
    make("tr", {}, ...[item.case, item.example, item.decision].map((cell) => make("td", {}, ...renderMarks(cell)))),
  );
  const table = make(
    "table",
    {},
    make(
      "thead",
      {},
      make("tr", {}, ...["Case", "Example", "Label"].map((text) => make("th", { scope: "col", textContent: text }))),
    ),
    make("tbody", {}, ...rows),
  );
  const questions = codebook.questions.map((text) => make("li", {}, ...renderMarks(text)));
  const parts = [
    make("h3", { textContent: "Questions, in this order" }),
    make("ol", {}, ...questions),
    make("h3", { textContent: "Spillover" }),
    make("p", {}, ...renderMarks(codebook.spillover)),
    make("h3", { textContent: "Hard cases" }),
    table,
  ];
  return openPage("Codebook", parts, "codebook").closed;
}

/** Every disagreement of the article side by side; resolves to the sentence that was chosen, or null. */
export async function showDifferences(article, coding) {
  let chosen = null;
  const numbers = Object.keys(article.differences).map(Number);
  const rows = numbers.map((number) => {
    const place = article.sentences[number];
    const button = make("button", {
      type: "button",
      className: "go",
      textContent: shorten(article.text.slice(place.start, place.end)),
    });
    const sides = article.rivals.map((rival) => make("td", {}, ...describeSentence(article, rival.coding, number)));
    const settled = coding.checked[number]
      ? describeSentence(article, coding, number)
      : [make("p", { className: "none", textContent: "open" })];
    button.addEventListener("click", () => {
      chosen = number;
      dialog.close();
    });
    return make("tr", {}, make("td", {}, button), ...sides, make("td", {}, ...settled));
  });
  const heads = ["Sentence", ...article.rivals.map((rival) => rival.name), "Settled"];
  const table = make(
    "table",
    {},
    make("thead", {}, make("tr", {}, ...heads.map((text) => make("th", { scope: "col", textContent: text })))),
    make("tbody", {}, ...rows),
  );
  const settled = numbers.filter((number) => coding.checked[number]).length;
  const summary = numbers.length
    ? `${settled} of ${count(numbers.length, "disagreement")} settled (${percent(settled / numbers.length)})`
    : "The two coders agree on this article.";
  const { dialog, closed } = openPage(
    "Disagreements",
    [make("p", { textContent: summary }), ...(numbers.length ? [table] : [])],
    "differences",
  );
  await closed;
  return chosen;
}
