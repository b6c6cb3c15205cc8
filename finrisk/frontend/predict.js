// Asking about the form, and what becomes of the answer or of there being none.

import { announce, element, say, steadily } from "./dom.js";
import { outdate, show, showAgain, stale } from "./answer.js";
import { ask, asJson, begin, patiently, Refused, sentence } from "./ask.js";
import { whereFrom } from "./fill.js";
import { asTyped, labelOf, leave, sayRead } from "./form.js";
import { keepInAddress, showTries, stands } from "./keep.js";
import { comeBack, hand, offerUsual, offerWhatIf, tryIt } from "./steps.js";

const REST = 600; // ms without a key before half a number is a wrong one

let answered = null; // the last prediction: whose household, which change
let read = { echoes: {}, errors: {} }; // what was last read of the form
let modelId = ""; // of the model that answers

/** The household that the answer on screen is about. */
export const household = () => answered?.household ?? null;

/** Ask about what the form says now. */
export async function predict() {
  const signal = begin(); // before the form is read: an older answer must not hide a refusal
  outdate();
  const question = { ...asTyped(), since: hand.since, in_hand: hand.box };
  try {
    const answer = ask("/api/form", { ...asJson(question), signal });
    const told = await patiently(answer, () => steadily(() => stale("Working out the new numbers ...")));
    steadily(() => showAnswer(told, signal));
  } catch (problem) {
    if (!signal.aborted) steadily(() => complain(problem)); // else a newer question took over
  }
}

function showAnswer({ prediction, echoes, errors, usual, offer, curve, model_id: id }, signal) {
  read = { echoes, errors };
  keepInAddress();
  const told = sayRead(echoes, errors);
  if (!prediction) {
    if (told.length > 0) refuse(told);
    else setTimeout(() => { if (!signal.aborted) steadily(() => refuse([])); }, REST);
    return;
  }
  modelId ||= id;
  if (id !== modelId) {
    stale("The server has another model now.", "What you see is the answer of the model before.");
    showAgain("Load the page again", () => location.reload());
    return;
  }
  answered = prediction;
  show(prediction, curve, tryIt);
  offerUsual(usual);
  offerWhatIf(offer);
  stands(wordsFor(prediction));
  showTries(comeBack);
}

/** A box was left: now what is wrong with it is said. */
export function leaveBox(name) {
  leave(name);
  if (!read.errors[name]) return;
  steadily(() => refuse(sayRead(read.echoes, read.errors)));
}

/** Something cannot be read; `told` are the sentences that stand beside their boxes. */
function refuse(told) {
  const wrong = Object.keys(read.errors).map(labelOf).join("; ");
  stale(`This cannot be read: ${wrong}.`);
  announce(told.join(" "));
}

/** There is no answer: say why; what was typed and shown stays. */
function complain(problem) {
  const message = sentence(problem);
  stale(message);
  announce(message);
  if (!(problem instanceof Refused)) showAgain("Try again", predict);
}

/** What a try is called: its score, where its numbers come from, and its what-if. */
function wordsFor({ score, score_before: before, change_words: changed }) {
  const { name, edited } = whereFrom();
  const scores = before === null ? score : `${before} → ${score}`;
  const numbers = edited ? `${name}, ${edited}` : name;
  return `${scores} of 100: ${changed ? `${numbers}; ${changed}` : numbers}`;
}

/** The answer as a file of its own. */
export async function saveReport() {
  say("save-error", "");
  const { household: fields, change } = answered;
  try {
    const response = await fetch("/api/report", asJson({ ...fields, change }));
    if (!response.ok) throw new Refused((await response.json()).detail);
    const link = element("a", { href: URL.createObjectURL(await response.blob()), download: "finrisk_report.html" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // some browsers read it only then
  } catch (problem) {
    say("save-error", sentence(problem));
  }
}
