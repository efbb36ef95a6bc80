// Elements are made by calls, never from markup: texts of articles stay texts.

/** An element with properties, `dataset` and `aria-*` / `role` attributes, and children (nodes or texts). */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (name === "dataset") Object.assign(element.dataset, value);
    else if (name.startsWith("aria-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A key of the keyboard, as it is shown beside what it does. */
export function showKey(key) {
  return make("kbd", { textContent: key });
}

/** Text with the simple marks of the codebook (`code`, *emphasis*, **strong**) as nodes. */
export function renderMarks(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*/g)) {
    nodes.push(text.slice(end, match.index));
    const tag = match[1] ? "code" : match[2] ? "strong" : "em";
    nodes.push(make(tag, { textContent: match[1] ?? match[2] ?? match[3] }));
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)];
}
