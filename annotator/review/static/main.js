// Start: token, session, page, keyboard.

import { findCommand, isSingleKey } from "./commands.js";
import { Desk } from "./desk.js";
import { LABEL_NAMES, count, percent } from "./names.js";
import { Store, takeToken } from "./store.js";

const find = (id) => document.getElementById(id);

function say(text) {
  find("message").textContent = text;
}

function showState({ waiting, error }) {
  const state = find("saved");
  state.classList.toggle("trouble", Boolean(error));
  if (error) state.textContent = describeTrouble(error, waiting);
  else state.textContent = waiting ? "Saving …" : "Saved";
}

function describeTrouble(error, waiting) {
  const lost = `${count(waiting, "decision")} not saved`;
  const reasons = {
    0: `${error.message}. Start it again and open the address that it prints.`,
    409: "another window has changed this article. Load this page again.",
    507: `the disk says “${error.message}”. Trying again.`,
  };
  return `${lost}: ${reasons[error.status] ?? error.message}`;
}

function showProgress({ session, article, number, coding }) {
  const { adjudication, by_targets: byTargets, articles } = session;
  const sum = (key) => articles.reduce((total, item) => total + item[key], 0);
  const share = percent(sum("checked") / Math.max(1, sum("sentences")));
  const open = sum("open_targets");
  const left = adjudication ? count(open, "disagreement") : byTargets ? `${open} of the queue` : `${open} in doubt`;
  const checked = coding.checked.filter(Boolean).length;
  find("progress-text").textContent = `${checked} of ${count(article.sentences.length, "sentence")} checked`;
  find("progress").value = checked / Math.max(1, article.sentences.length);
  find("overall").textContent = [
    `Article ${number + 1} of ${articles.length}`,
    `${sum("checked")} of ${sum("sentences")} checked (${share})`,
    `${left} left`,
  ].join(" · ");
}

/** What a screen reader adds to the sentence that it reads. */
function describeState({ coding, sentence }) {
  const label = LABEL_NAMES[coding.labels[sentence] ?? "undecided"];
  find("state").textContent = `${label}, ${coding.checked[sentence] ? "checked" : "not checked"}`;
}

function showHead({ article, session, number }) {
  const heading = session.articles[number];
  find("article-title").textContent = heading.title;
  find("article-title").classList.toggle(
    "repeated",
    article.text.trimStart().startsWith(heading.title.replace(/…$/, "")),
  );
  find("article-facts").textContent = [article.outlet, article.published, article.id].filter(Boolean).join(" · ");
  document.title = `${heading.title} – review`;
}

function listen(desk) {
  document.addEventListener("keydown", (event) => {
    const command = findCommand(event);
    if (!command || event.isComposing || (isSingleKey(event) && !desk.singleKeys)) return;
    if (event.target.closest("input, textarea, select, dialog")) return;
    if (["Enter", " "].includes(event.key) && event.target.closest("button, summary, a")) return;
    event.preventDefault();
    desk.run(command);
  });
  for (const button of document.querySelectorAll("header [data-command]"))
    button.addEventListener("click", () => desk.run(button.dataset.command));
}

async function start() {
  const token = takeToken();
  if (!token) throw new Error("Open the address that annotator review printed in the terminal: it ends with a token.");
  const store = new Store(token, { onState: showState, onProgress: () => {} });
  const session = await store.loadSession();
  const names = [session.coder ? `coder: ${session.coder}` : null, session.file].filter(Boolean);
  find("file").textContent = names.join(" · ");
  find("show-differences").hidden = !session.adjudication;
  if (session.by_targets)
    find("next-label").textContent = session.adjudication ? "Next disagreement" : "Next of the queue";
  const onMove = (desk) => {
    showHead(desk);
    showProgress(desk);
    describeState(desk);
  };
  const desk = new Desk(session, store, { root: find("text"), panel: find("panel"), say, onMove });
  const first = session.articles.findIndex((article) =>
    session.by_targets ? article.open_targets : article.checked < article.sentences,
  );
  await desk.open(Math.max(0, first));
  listen(desk);
  document.body.classList.add("ready");
}

start().catch((error) => {
  find("trouble").textContent = error.message;
  find("trouble").hidden = false;
});
