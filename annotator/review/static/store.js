// Talks to the server. Decisions are sent one after the other, in order, and kept until the server says they are on disk.

import { convertCoding, readArticle } from "./points.js";

const TOKEN = "annotator-token";
const RETRY_MS = 1500;

/** The token from the address or, after a reload, from this tab; it is taken out of the address. */
export function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(TOKEN, given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(TOKEN);
}

/** An answer that is no success; `status` is 0 where there was none. */
class ServerError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** `onState` is told how saving stands: { waiting, error }; `onProgress` what the server answers to a decision. */
export class Store {
  constructor(token, { onState, onProgress }) {
    this.token = token;
    this.onState = onState;
    this.onProgress = onProgress;
    this.queue = [];
    this.revisions = new Map();
    this.sending = false;
    this.stopped = false;
    addEventListener("beforeunload", (event) => {
      if (this.queue.length) event.preventDefault();
    });
  }

  loadSession() {
    return this.request("/api/session");
  }

  async loadArticle(number) {
    const article = readArticle(await this.request(`/api/articles/${number}`));
    if (!this.revisions.has(number)) this.revisions.set(number, article.revision); // later ones come with the answers
    return article;
  }

  /** Queue one decision: the coding as it is after it. */
  save(number, article, coding, decision, sentence) {
    const points = convertCoding(coding, (unit) => article.points.toPoints(unit));
    this.queue.push({ number, message: { decision, sentence, coding: points } });
    this.send();
  }

  async send() {
    if (this.sending || this.stopped) return;
    this.sending = true;
    while (this.queue.length) {
      const { number, message } = this.queue[0];
      this.onState({ waiting: this.queue.length, error: null });
      try {
        const revision = this.revisions.get(number);
        const answer = await this.request(`/api/articles/${number}`, { ...message, revision });
        this.revisions.set(number, answer.revision);
        this.queue.shift();
        this.onProgress(number, answer);
      } catch (error) {
        this.onState({ waiting: this.queue.length, error });
        if (error.status !== 0 && error.status !== 507) {
          this.stopped = true; // sending it again would not help
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.sending = false;
    if (!this.queue.length) this.onState({ waiting: 0, error: null });
  }

  async request(path, body = null) {
    const headers = { Authorization: `Bearer ${this.token}` };
    if (body) headers["Content-Type"] = "application/json";
    let response;
    try {
      response = await fetch(path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
    } catch {
      throw new ServerError(0, "annotator review is not running");
    }
    const answer = await response.json().catch(() => ({ error: response.statusText }));
    if (!response.ok) throw new ServerError(response.status, answer.error ?? response.statusText);
    return answer;
  }
}
