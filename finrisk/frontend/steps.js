// What changes the form as a whole: an example, a file, a what-if, an earlier try; and the way back.

import { byId, offerButtons, say, steadily } from "./dom.js";
import { ask } from "./ask.js";
import { bringBack, comeFrom, EXAMPLE, exampleNumbers, fillFields, sameForm, snapshot, typeChange, whereFrom } from "./fill.js";
import { boxesOf, partOf } from "./form.js";
import { noteForm, remember, settle, takeBack } from "./keep.js";

const REST = 700; // ms without a key before something is offered: half a number is no other number

export const hand = { box: undefined, since: null }; // the box in hand, and the household before that
let predict; // what asks about the form

/** `ask` is called whenever the form has been changed. */
export function startSteps(asks) {
  predict = asks;
  noteForm();
  byId("reset").addEventListener("click", () => fillIn(exampleNumbers(), "Started again.", EXAMPLE));
  byId("undo").addEventListener("click", goBack);
}

/** Change the form in one go, with a way back if that changes anything. */
export function change(words, doIt) {
  const before = snapshot();
  settle();
  doIt();
  hand.since = null;
  if (!sameForm(before, snapshot())) remember(before, words);
  changed();
}

function goBack() {
  settle();
  takeBack();
  hand.since = null;
  if (byId("change").hidden) byId("result").focus({ preventScroll: true }); // the button is gone: stay near the answer
  changed();
}

function changed() {
  noteForm();
  say("csv-error", ""); // a refused file is no longer what this is about
  sayOrigin();
  predict();
}

/** Where the numbers come from, as long as that is true. */
export function sayOrigin() {
  const { name, example, file, kept } = whereFrom();
  byId("example-note").classList.toggle("untrue", !example);
  byId("keep-box").hidden = !file || Boolean(kept);
  say("csv-status", file ? `Last file read: ${name}.` : "");
}

// --- households -------------------------------------------------------------------------------

function fillIn(household, words, place) {
  change(words, () => {
    fillFields(household, { own: !place.example });
    typeChange({});
    comeFrom(place);
  });
}

export function fillInFile(household, name) {
  fillIn(household, `Filled in from ${name}.`, { name, file: true });
}

/** The example households, as buttons. The page works without them. */
export async function offerExamples() {
  const examples = await ask("/api/examples").catch(() => ({}));
  const offers = Object.entries(examples).map(([name, household]) => ({
    words: name,
    action: () => fillIn(household, `Filled in: ${name}.`, { ...EXAMPLE, name }),
  }));
  offerButtons(byId("examples"), offers);
  byId("examples-box").hidden = offers.length === 0;
}

export function comeBack(form) {
  change("Back to an earlier try.", () => bringBack(form));
  byId("undo").focus({ preventScroll: true }); // the pressed button goes away
}

// --- what-ifs ---------------------------------------------------------------------------------

export function tryIt(typed, words) {
  change(words, () => takeWhatIf(typed));
}

/** Type it in, and take the box of its first part in hand. */
function takeWhatIf(typed) {
  typeChange(typed);
  hand.box = boxesOf(true).find(([name]) => partOf(name) in typed)?.[0] ?? hand.box;
}

/** What many ask, one tap each, and the way back to no change. */
export function offerUsual(usual) {
  const nothing = {
    words: "Nothing changes",
    action: () => change("Nothing changes any more.", () => typeChange({})),
  };
  const asked = usual.map(({ text, typed }) => ({
    words: text, action: () => tryIt(typed, `Tried: ${text}.`),
  }));
  offerButtons(byId("usual"), [nothing, ...asked]);
}

let offering = 0;

/** Where a field was changed by much, a what-if may be meant. */
export function offerWhatIf(offer) {
  clearTimeout(offering);
  byId("take-offer").onclick = offer ? () => take(offer) : null;
  if (!offer) {
    byId("offer").hidden = true;
    return;
  }
  const show = () => steadily(() => {
    byId("offer-words").textContent = offer.sentence;
    byId("offer").hidden = false;
  });
  offering = setTimeout(show, byId("offer").hidden ? REST : 0);
}

function take({ household, typed }) {
  change("Asked as a what-if.", () => {
    fillFields(household, { own: true });
    takeWhatIf(typed);
  });
  byId("undo").focus({ preventScroll: true }); // the offer goes away
}
