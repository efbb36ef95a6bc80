// One dialog for every choice from a list: type to filter, arrows and Enter to choose, Escape to leave.

import { make, renderMarks, showKey } from "./dom.js";

const MOST = 200; // options drawn at once; the filter finds the others

/**
 * Ask for one of `options` ({ value, label, detail, note, current }). Resolves to { value, shift } or null.
 * `hint` stands below the list; where a digit or letter is an option's `key`, it chooses it while the filter is empty.
 */
export function choose({ title, options, hint = null, filter = true }) {
  const dialog = make("dialog", { className: "chooser", "aria-labelledby": "chooser-title" });
  const list = make("ul", { id: "chooser-list", role: "listbox", "aria-label": title });
  const input = make("input", {
    type: "text",
    className: "filter",
    placeholder: "Type to filter",
    autocomplete: "off",
    spellcheck: false,
    readOnly: !filter,
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "chooser-list",
    "aria-label": title,
    "aria-autocomplete": "list",
  });
  dialog.append(make("h2", { id: "chooser-title", textContent: title }), input, list);
  if (hint) dialog.append(make("p", { className: "hint" }, ...hint));
  let shown = [];
  let at = 0;

  const draw = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = (option) =>
      words.every((word) => `${option.label} ${option.detail ?? ""}`.toLowerCase().includes(word));
    shown = options.filter(matches).slice(0, MOST);
    list.replaceChildren(...shown.map((option, index) => makeOption(option, index)));
    const current = words.length ? 0 : shown.findIndex((option) => option.current);
    point(Math.max(0, current));
  };
  const point = (index) => {
    at = index;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    list.children[at]?.scrollIntoView({ block: "nearest" });
    if (shown.length) input.setAttribute("aria-activedescendant", `option-${at}`);
    else input.removeAttribute("aria-activedescendant");
  };

  return new Promise((resolve) => {
    let result = null;
    const finish = (option, shift) => {
      result = option ? { value: option.value, shift } : null;
      dialog.close();
    };
    input.addEventListener("input", draw);
    list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) finish(shown[Number(item.dataset.index)], event.shiftKey);
    });
    dialog.addEventListener("keydown", (event) => {
      event.stopPropagation();
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
      const byKey = !input.value && options.find((option) => option.key === event.key);
      if (step && shown.length) point(Math.max(0, Math.min(shown.length - 1, at + step)));
      else if (event.key === "Enter") finish(shown[at], event.shiftKey);
      else if (byKey && !event.ctrlKey && !event.metaKey) finish(byKey, false);
      else return;
      event.preventDefault();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    draw();
    dialog.showModal();
    input.focus();
  });
}

function makeOption(option, index) {
  const item = make("li", { id: `option-${index}`, role: "option", dataset: { index }, className: option.className });
  const head = make("span", { className: "option-label" }, option.label);
  item.append(option.key ? showKey(option.key) : "", head);
  if (option.note) item.append(make("span", { className: "option-note", textContent: option.note }));
  if (option.detail) item.append(make("span", { className: "option-detail" }, ...renderMarks(option.detail)));
  return item;
}
