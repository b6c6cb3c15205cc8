// Where the page starts: build the form, ask for the first answer, listen.
// Nothing on this page computes risk or checks a rule; the server does both.

import { showAbout } from "./about.js";
import { complain, outdate, show } from "./answer.js";
import { ask, begin, post, soon } from "./ask.js";
import { byId, element, say } from "./dom.js";
import { listenForFiles } from "./file.js";
import { addField, exampleNumbers, fields, fillForm, readForm, replaceForm, tryChange, typed, undo } from "./form.js";
import { openPanel, startTabs } from "./tabs.js";

const JSON_TYPE = { "Content-Type": "application/json" };
const FROM_EXAMPLE = { example: true, file: "" };

/** Ask about what the form says now; `focus` goes to a refused field when a button was pressed. */
async function predict({ focus = false } = {}) {
  const signal = begin(); // before the form is read: an older answer must not hide a refusal
  outdate();
  try {
    show(await post("/api/predict", JSON.stringify(readForm()), signal, JSON_TYPE), tryIt);
  } catch (problem) {
    complain(problem, { focus });
  }
}

/** Replace the whole form, with a way back; `from` is where the numbers come from, if not from here. */
function replace(household, words, from) {
  replaceForm(household, words, from);
  say("csv-error", ""); // a refused file is no longer what this is about
  predict();
}

function tryIt(change, words) {
  tryChange(change, words);
  predict();
  byId("undo").focus(); // the pressed button goes away with the answer it belongs to
}

function showFile(prediction, name) {
  replaceForm(prediction.household, `Filled in from ${name}.`, { example: false, file: name });
  show(prediction, tryIt);
}

function goBack() {
  undo();
  if (byId("change").hidden) byId("result").focus(); // the button is gone: stay near the answer
  predict();
}

/** The example households, as buttons. The page works without them. */
async function offerExamples() {
  const examples = await ask("/api/examples").catch(() => ({}));
  const buttons = Object.entries(examples).map(([name, household]) => {
    const button = element("button", { type: "button", textContent: name });
    button.addEventListener("click", () => replace(household, `Filled in: ${name}.`, FROM_EXAMPLE));
    return element("li", {}, button);
  });
  byId("examples").replaceChildren(...buttons);
  byId("examples-box").hidden = buttons.length === 0;
}

function listen() {
  byId("household").addEventListener("input", ({ target }) => {
    if (!fields.has(target.id)) return;
    typed();
    outdate();
    soon(predict);
  });
  byId("household").addEventListener("submit", (event) => {
    event.preventDefault();
    predict({ focus: true });
  });
  byId("reset").addEventListener("click", () => replace(exampleNumbers(), "Started again.", FROM_EXAMPLE));
  byId("undo").addEventListener("click", goBack);
  listenForFiles({
    started: () => openPanel("yours"), // a file can be dropped on the other tab too
    done: showFile,
    refused: predict, // the file may have cut short the answer to a typed number
  });
  // on a phone the bar names the score only while the gauge itself is out of sight
  new IntersectionObserver(([gauge]) => {
    byId("bar").classList.toggle("seen", gauge.isIntersecting);
  }).observe(byId("gauge"));
}

async function start() {
  startTabs({ about: showAbout });
  try {
    (await ask("/api/inputs")).forEach(addField);
  } catch (problem) {
    complain(problem);
    return;
  }
  fillForm(exampleNumbers(), FROM_EXAMPLE);
  listen();
  await Promise.all([predict(), offerExamples()]);
}

start();
