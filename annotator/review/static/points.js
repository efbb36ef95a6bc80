// The server counts Unicode code points, JavaScript UTF-16 units: they differ after every emoji.

/** Converts offsets of one text in both directions. */
export class Points {
  constructor(text) {
    const units = [];
    for (const match of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) units.push(match.index);
    this.pairs = units; // UTF-16 offset of each character that takes two units
  }

  /** Code points before a UTF-16 offset; inside a pair, those up to its end. */
  toPoints(unit) {
    return unit - countBelow(this.pairs, (index) => this.pairs[index] + 2 <= unit);
  }

  /** UTF-16 units before a code point. */
  toUnits(point) {
    return point + countBelow(this.pairs, (index) => this.pairs[index] - index < point);
  }
}

/** How many entries of a sorted array pass a test that holds up to some place and not after it. */
function countBelow(array, test) {
  let low = 0;
  let high = array.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const convertSpan = (span, convert) => span && { start: convert(span.start), end: convert(span.end) };

/** A coding with every offset converted. */
export function convertCoding(coding, convert) {
  const claims = coding.claims.map((claim) => ({
    ...claim,
    source: convertSpan(claim.source, convert),
    cue: convertSpan(claim.cue, convert),
    content: claim.content.map((span) => convertSpan(span, convert)),
  }));
  return { ...coding, claims };
}

/** An article as the server sends it, with every offset in UTF-16 units and its own `points`. */
export function readArticle(message) {
  const points = new Points(message.text);
  const toUnits = (point) => points.toUnits(point);
  return {
    ...message,
    points,
    sentences: message.sentences.map((sentence) => ({ ...sentence, ...convertSpan(sentence, toUnits) })),
    coding: convertCoding(message.coding, toUnits),
    rivals: message.rivals.map((rival) => ({ ...rival, coding: convertCoding(rival.coding, toUnits) })),
  };
}
