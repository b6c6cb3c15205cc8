// What is kept, and where: the numbers behind the # of the address, which no browser sends, and the
// last tries in the memory of this tab. No cookie, no storage, no file.

import { byId, offerButtons } from "./dom.js";
import { bringBack, sameForm, snapshot, whereFrom } from "./fill.js";
import { boxes } from "./form.js";

const MOST_TRIES = 5;
const REST = 1500; // ms after which an answer that still stands is one to come back to
const PAUSE = 500; // ms between two writings of the address: browsers forbid many

// --- the address --------------------------------------------------------------------------------

let atStart = ""; // what the form says before anybody typed: nothing to keep
let writing = 0;

/** The texts of all boxes as they stand behind the #. */
function textsOfForm() {
  const texts = new URLSearchParams();
  for (const [name, { input }] of boxes) {
    if (input.value !== "") texts.set(name, input.value);
  }
  if (byId("months").value) texts.set("months", byId("months").value);
  return texts.toString();
}

/** The texts in the address; null if it holds no numbers, or those of the form. */
export function textsInAddress() {
  const texts = new URLSearchParams(location.hash.slice(1));
  texts.delete("about");
  const known = [...texts.keys()].filter((name) => boxes.has(name));
  return known.length > 0 && texts.toString() !== textsOfForm() ? texts : null;
}

/** The form as it is now is the one that nobody has touched. */
export function keepFromNowOn() {
  atStart = textsOfForm();
  for (const leaving of ["blur", "pagehide"]) window.addEventListener(leaving, writeAddress);
}

/** Let the address hold what the form says, soon. */
export function keepInAddress() {
  writing ||= setTimeout(writeAddress, PAUSE);
}

/** Now, and without a step of the browser's own history; numbers of a file only if that was asked for. */
function writeAddress() {
  clearTimeout(writing);
  writing = 0;
  const { file, kept } = whereFrom();
  const texts = textsOfForm();
  const numbers = texts === atStart || (file && !kept) ? "" : texts;
  const tab = location.hash.startsWith("#about") ? "about" : "";
  const hash = [tab, numbers].filter(Boolean).join("&");
  history.replaceState({ ours: true }, "", hash ? `#${hash}` : location.pathname);
}

// --- the last tries -------------------------------------------------------------------------------

const tries = []; // newest first: {form, words}
let standing = null; // the answer on screen, a try once it has rested or something else begins
let resting = 0;

/** An answer is on screen; `words` say what it is about. */
export function stands(words) {
  standing = { form: snapshot(), words };
  clearTimeout(resting);
  resting = setTimeout(settle, REST);
}

/** Keep what is on screen among the tries. */
export function settle() {
  clearTimeout(resting);
  if (!standing) return;
  const same = tries.findIndex(({ form }) => sameForm(form, standing.form));
  if (same >= 0) tries.splice(same, 1);
  tries.unshift(standing);
  tries.length = Math.min(tries.length, MOST_TRIES + 1); // one of them may be on screen
}

/** Tries other than what the form says now, as buttons; `goBack(form)` is called for a pressed one. */
export function showTries(goBack) {
  const now = snapshot();
  const others = tries.filter(({ form }) => !sameForm(form, now)).slice(0, MOST_TRIES);
  offerButtons(byId("tries"), others.map(({ form, words }) => ({ words, action: () => goBack(form) })));
  byId("tries-box").hidden = others.length === 0;
}

// --- the way back after the whole form was changed ------------------------------------------------

const earlier = []; // {form, words}: what it was, and what changed it
const BY_HAND = "Typed over it.";
let last = null; // the form before the last key

/** The form was changed as a whole; `words` say by what. */
export function remember(form, words) {
  earlier.push({ form, words });
  offerUndo();
}

/** It was typed into, which browsers can undo; after such a change that is a step of its own, too. */
export function rememberTyping() {
  if (earlier.length > 0 && earlier.at(-1).words !== BY_HAND) remember(last, BY_HAND);
  noteForm();
}

/** What the form says now is what a key may change. */
export function noteForm() {
  last = snapshot();
}

/** The form as it was before the last step; that one is forgotten. */
export function takeBack() {
  bringBack(earlier.pop().form);
  offerUndo();
}

function offerUndo() {
  byId("change").hidden = earlier.length === 0;
  byId("changed").textContent = earlier.at(-1)?.words ?? "";
}
