// How labels and types are written for people.

export const LABELS = ["narration", "attributed_claim", "direct_quote", "anonymous_source_claim"];
export const LABEL_NAMES = {
  narration: "Narration",
  attributed_claim: "Attributed claim",
  direct_quote: "Direct quote",
  anonymous_source_claim: "Anonymous source",
  undecided: "Cannot be decided",
};
export const ROLES = ["source", "cue", "content"];
export const ROLE_NAMES = { source: "Source", cue: "Cue", content: "Content" };

/** An id of the labels module in words. */
export const inWords = (id) => (id === null || id === undefined ? "not set" : id.replaceAll("_", " "));

/** A count with its noun. */
export const count = (number, noun, plural = `${noun}s`) =>
  `${number.toLocaleString("en")} ${number === 1 ? noun : plural}`;

export const percent = (share) => `${Math.round(share * 100)}%`;

/** Words that may be as long as an article, for a place that is small. */
export const shorten = (words) => (words.length > 240 ? `${words.slice(0, 160)} … ${words.slice(-60)}` : words);
