// Characters that cannot be seen, or that turn the text around them about, are shown by their names and kept from acting.

import { make } from "./dom.js";

const NAMES = {
  "\u00ad": "SHY",
  "\u061c": "ALM",
  "\u180e": "MVS",
  "\u200b": "ZWSP",
  "\u200c": "ZWNJ",
  "\u200d": "ZWJ",
  "\u200e": "LRM",
  "\u200f": "RLM",
  "\u202a": "LRE",
  "\u202b": "RLE",
  "\u202c": "PDF",
  "\u202d": "LRO",
  "\u202e": "RLO",
  "\u2060": "WJ",
  "\u2066": "LRI",
  "\u2067": "RLI",
  "\u2068": "FSI",
  "\u2069": "PDI",
  "\ufeff": "BOM",
};
const UNSEEN = "\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060\\u2066-\\u2069\\ufeff";
const CONTROL = "\\u0000-\\u0008\\u000b\\u000e-\\u001f\\u007f-\\u009f\\ud800-\\udfff"; // and lone halves of pairs
// Joiners after a letter or a pictograph belong to the writing: they make the shape of a word or of an emoji.
const SHAPED = "[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\p{M}]|(?!\\p{Script=Latin})\\p{L}";
const HIDDEN = new RegExp(`[${UNSEEN}${CONTROL}]|(?<!${SHAPED})[\\u200c\\u200d]`, "gu");

/** Text nodes for a text that begins at `start`, entered in `places`; a hidden character gets an element with its name. */
export function splitHidden(text, start, places) {
  const nodes = [];
  let end = 0;
  const add = (from, to) => {
    const node = document.createTextNode(text.slice(from, to));
    places.set(node, start + from);
    return node;
  };
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > end) nodes.push(add(end, match.index));
    end = match.index + match[0].length;
    const code = match[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    const name = NAMES[match[0]] ?? `U+${code}`;
    const title = `hidden character U+${code}`;
    nodes.push(make("span", { className: "hidden-character", dataset: { name }, title }, add(match.index, end)));
  }
  if (end < text.length) nodes.push(add(end, text.length));
  return nodes;
}
