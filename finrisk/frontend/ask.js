// Talking to the server. The last action wins: whatever begins gives up what came before it.

const RUSH = 100; // ms between two keys of somebody who goes on typing
const WAIT = 40; // ms of quiet before the text of such a key is sent; any other is sent at once
const SLOW = 300; // ms after which the page says that it is waiting

let current = new AbortController();
let timer = 0;
let lastKey = -RUSH;

/** A refusal: the sentence to show, and the field it is about ("" when about the whole). */
export class Refused extends Error {
  constructor({ field = "", message }) {
    super(message);
    this.field = field;
  }
}

/** Start an action. An older one that still waits is given up, so its answer can never show. */
export function begin() {
  clearTimeout(timer);
  current.abort();
  current = new AbortController();
  return current.signal;
}

/** Start an action at once, or after a moment of quiet when keys come fast. */
export function soon(action) {
  begin();
  const now = performance.now();
  timer = setTimeout(action, now - lastKey < RUSH ? WAIT : 0);
  lastKey = now;
}

/** The server's answer as JSON; throws `Refused` with the server's own sentence. */
export async function ask(url, options = {}) {
  const response = await fetch(url, options);
  const body = await response.json();
  options.signal?.throwIfAborted();
  if (!response.ok) throw new Refused(body.detail);
  return body;
}

/** Send numbers or texts as JSON. */
export function asJson(body) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/** Wait for an answer; `slow` is called if that takes a while. */
export async function patiently(answer, slow) {
  const waiting = setTimeout(slow, SLOW);
  try {
    return await answer;
  } finally {
    clearTimeout(waiting);
  }
}

/** What to tell a person about a problem. */
export function sentence(problem) {
  if (problem instanceof Refused) return problem.message;
  return "The server does not answer. Check that it is still running, then try again.";
}
