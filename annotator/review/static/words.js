// Words of a text, for selecting by keyboard and for mending a careless selection by mouse.

const LETTER = /[\p{L}\p{M}\p{N}]/u;
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’.\-‐‑][\p{L}\p{M}\p{N}]+)*/gu;
const REACH = 400; // units looked back over for the beginning of a word

/** The first word that ends after `from`, within [`from`, `end`); null where there is none. */
export function findNextWord(text, from, end) {
  WORD.lastIndex = from;
  const match = WORD.exec(text);
  return match && match.index + match[0].length <= end
    ? { start: match.index, end: match.index + match[0].length }
    : null;
}

/** The last word that begins before `from`, within [`start`, `from`); null where there is none. */
export function findPreviousWord(text, from, start) {
  const left = Math.max(start, from - REACH);
  let found = null;
  for (const match of text.slice(left, from).matchAll(WORD)) {
    found = { start: left + match.index, end: left + match.index + match[0].length };
  }
  return found;
}

/** The character that ends at or begins at an offset, as its two bounds. */
export function stepCharacter(text, offset, direction) {
  const next = offset + direction;
  const splitsPair = isHigh(text.charCodeAt(next - 1)) && isLow(text.charCodeAt(next));
  return splitsPair ? next + direction : next;
}

/** A span without space at its edges that cuts no word; null where nothing is left. */
export function tidySpan(text, span, bounds) {
  let { start, end } = span;
  while (start < end && /\s/.test(text[start])) start += 1;
  while (end > start && /\s/.test(text[end - 1])) end -= 1;
  if (start === end) return null;
  if (isLow(text.charCodeAt(start)) && isHigh(text.charCodeAt(start - 1))) start -= 1;
  if (isHigh(text.charCodeAt(end - 1)) && isLow(text.charCodeAt(end))) end += 1;
  while (start > bounds.start && joins(text, start)) start = stepCharacter(text, start, -1);
  while (end < bounds.end && joins(text, end)) end = stepCharacter(text, end, 1);
  return { start, end };
}

/** Whether a word goes on over an offset. */
function joins(text, offset) {
  const before = String.fromCodePoint(text.codePointAt(stepCharacter(text, offset, -1)));
  const after = String.fromCodePoint(text.codePointAt(offset));
  return LETTER.test(before) && LETTER.test(after);
}

const isHigh = (unit) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit) => unit >= 0xdc00 && unit <= 0xdfff;
