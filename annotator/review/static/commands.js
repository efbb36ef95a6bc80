// Every command with its keys: the one table behind the keyboard, the help page and the buttons.

/** [name, keys, what it does, group]. Keys are those of KeyboardEvent.key; "Mod+" is Ctrl or Cmd. */
export const COMMANDS = [
  ["label-narration", ["1"], "Narration", "Label"],
  ["label-attributed_claim", ["2"], "Attributed claim", "Label"],
  ["label-direct_quote", ["3"], "Direct quote", "Label"],
  ["label-anonymous_source_claim", ["4"], "Anonymous source", "Label"],
  ["label-undecided", ["0"], "Cannot be decided: not used for training", "Label"],
  ["accept", ["Enter"], "Right as it stands: check it and go on", "Label"],
  ["toggle-checked", ["x"], "Mark as checked, or take the mark away", "Label"],

  ["next", ["j", "ArrowDown"], "Next sentence", "Go"],
  ["previous", ["k", "ArrowUp"], "Sentence before", "Go"],
  ["next-target", ["n"], "Next sentence in doubt, the least certain first", "Go"],
  ["next-article", ["]"], "Next article", "Go"],
  ["previous-article", ["["], "Article before", "Go"],
  ["articles", ["g"], "List of articles", "Go"],

  ["word-right", ["ArrowRight"], "Select the next word", "Select words"],
  ["word-left", ["ArrowLeft"], "Select the word before", "Select words"],
  ["extend-right", ["Shift+ArrowRight"], "Stretch by a word", "Select words"],
  ["extend-left", ["Shift+ArrowLeft"], "Shrink by a word, or stretch to the left", "Select words"],
  ["nudge-right", ["Alt+Shift+ArrowRight"], "Stretch by a character", "Select words"],
  ["nudge-left", ["Alt+Shift+ArrowLeft"], "Shrink by a character", "Select words"],
  ["extend-end", ["Shift+End"], "Stretch to the end of the sentence", "Select words"],
  ["extend-start", ["Shift+Home"], "Stretch to its beginning", "Select words"],
  ["clear-selection", ["Escape"], "Select nothing", "Select words"],

  ["set-source", ["s"], "The selected words are the source", "Mark"],
  ["set-cue", ["c"], "... the cue", "Mark"],
  ["set-content", ["w"], "... the content; the whole sentence if nothing is selected", "Mark"],
  ["add-content", ["e"], "... another piece of the content", "Mark"],
  ["clear-source", ["S"], "Unmark the source", "Mark"],
  ["clear-cue", ["C"], "Unmark the cue", "Mark"],
  ["clear-content", ["W"], "Unmark the content", "Mark"],
  ["quote-status", ["q"], "Quoted: directly, in part, not", "Mark"],
  ["next-claim", ["."], "Next claim of this sentence", "Mark"],
  ["add-claim", ["m"], "One more claim in this sentence", "Mark"],
  ["remove-claim", ["M"], "Take this claim away", "Mark"],

  ["link", ["l"], "Same source as another mention", "Source"],
  ["same-source", ["p"], "Same source as the claim before", "Source"],
  ["source-type", ["t"], "Type of source", "Source"],
  ["anonymity", ["y"], "Kind of anonymity", "Source"],
  ["rename", ["r"], "Name of the source", "Source"],

  ["take-first", ["a"], "Take the first coder's", "Two coders"],
  ["take-second", ["b"], "Take the second coder's", "Two coders"],
  ["differences", ["d"], "List of all disagreements", "Two coders"],

  ["undo", ["u", "Mod+z"], "Undo", "Else"],
  ["redo", ["U", "Mod+Shift+z", "Mod+y"], "Redo", "Else"],
  ["codebook", ["v"], "The codebook's questions and hard cases", "Else"],
  ["help", ["?", "h"], "This page", "Else"],
];

const BY_KEY = new Map(COMMANDS.flatMap(([name, keys]) => keys.map((key) => [key, name])));
const SHOWN = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  ArrowLeft: "←",
  ArrowRight: "→",
  Mod: navigator.platform.startsWith("Mac") ? "⌘" : "Ctrl",
  Escape: "Esc",
};

/** The command of a key press, null where it has none. Caps Lock makes no difference. */
export function findCommand(event) {
  const isLetter = /^\p{L}$/u.test(event.key);
  const mod = event.ctrlKey || event.metaKey;
  const key = isLetter ? event.key[event.shiftKey && !mod ? "toUpperCase" : "toLowerCase"]() : event.key;
  const parts = [];
  if (mod) parts.push("Mod");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && (mod || key.length > 1)) parts.push("Shift"); // a letter or sign tells by itself
  return BY_KEY.get([...parts, key].join("+")) ?? null;
}

/** Whether a key press works without Ctrl, Alt or Cmd and is one sign: those can be switched off. */
export function isSingleKey(event) {
  return event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
}

/** How a key is written on the page. */
export function writeKey(key) {
  const parts = key === "+" ? [key] : key.split("+");
  return parts
    .map(
      (part) =>
        SHOWN[part] ?? (part.length === 1 && part !== part.toLowerCase() ? `Shift ${part.toLowerCase()}` : part),
    )
    .join(" ");
}

/** The first key of a command. */
export function keyOf(name) {
  const found = COMMANDS.find(([own]) => own === name);
  return writeKey(found[1][0]);
}
