// Talking to the server. The last action wins: whatever begins gives up what came before it.

import { byId } from "./dom.js";

const WAIT = 250; // ms of quiet before a typed number is sent
const SLOW = 300; // ms after which the page says that it is waiting

let current = new AbortController();
let timer = 0;

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

/** Start an action after a moment of quiet: one question for a number, not one for each key. */
export function soon(action) {
  begin();
  timer = setTimeout(action, WAIT);
}

/** The server's answer as JSON; throws `Refused` with the server's own sentence. */
export async function ask(url, options = {}) {
  const response = await fetch(url, options);
  const body = await response.json();
  options.signal?.throwIfAborted();
  if (!response.ok) throw new Refused(body.detail);
  return body;
}

/** Send something to be predicted, and say so if that takes a while. */
export async function post(url, body, signal, headers = {}) {
  const slow = setTimeout(() => { byId("busy").hidden = false; }, SLOW);
  try {
    return await ask(url, { method: "POST", headers, body, signal });
  } finally {
    clearTimeout(slow);
    byId("busy").hidden = true;
  }
}

/** What to tell a person about a problem. */
export function sentence(problem) {
  if (problem instanceof Refused) return problem.message;
  return "The server does not answer. Check that it is still running, then try again.";
}
