// Where the page starts: build the form, ask for the first answer, listen.
// Nothing on this page computes risk, reads a number or checks a rule; the server does all three.

import { showAbout } from "./about.js";
import { outdate, showAgain, stale } from "./answer.js";
import { ask, sentence, soon } from "./ask.js";
import { byId } from "./dom.js";
import { listenForFiles } from "./file.js";
import { comeFrom, exampleNumbers, fillFields, typedOver, typeIn, whereFrom } from "./fill.js";
import { boxes, build, enter, isChange } from "./form.js";
import { keepFromNowOn, keepInAddress, rememberTyping, textsInAddress } from "./keep.js";
import { household, leaveBox, predict, saveReport } from "./predict.js";
import { change, fillInFile, hand, offerExamples, sayOrigin, startSteps } from "./steps.js";
import { openPanel, startTabs } from "./tabs.js";

/** Typing: each key asks, once it is the last for a moment. */
function listenToTheForm() {
  const form = byId("household");
  form.addEventListener("focusin", ({ target: { name } }) => {
    if (!boxes.has(name)) return;
    enter(name);
    hand.since = boxes.get(name).own ? household() : null; // over an example's number, a person's own is no change
  });
  form.addEventListener("input", ({ target }) => {
    if (!boxes.has(target.name) && target.id !== "months") return;
    if (boxes.has(target.name)) hand.box = target.name;
    if (boxes.has(target.name) && !isChange(target.name)) typedOver(target.name);
    rememberTyping();
    sayOrigin();
    outdate();
    soon(predict);
  });
  form.addEventListener("focusout", ({ target: { name } }) => {
    if (boxes.has(name)) leaveBox(name);
  });
  form.addEventListener("keydown", ({ key, target: { name } }) => {
    if (key !== "Enter" || !boxes.has(name)) return;
    leaveBox(name);
    predict();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}

/** The numbers in the address: asked to be kept there, or pasted. */
function listenToTheAddress() {
  byId("keep").addEventListener("click", () => {
    comeFrom({ ...whereFrom(), kept: true });
    sayOrigin();
    keepInAddress();
    byId("csv").focus(); // the button is gone
  });
  window.addEventListener("hashchange", () => {
    const texts = history.state?.ours ? null : textsInAddress(); // of Back, only the tab is followed
    if (texts) change("Filled in from the link.", () => typeIn(texts));
    else keepInAddress();
  });
  for (const link of document.querySelectorAll("#skip, #bar")) {
    link.addEventListener("click", (event) => {
      event.preventDefault(); // following it would replace the numbers in the address
      const place = byId(link.hash.slice(1));
      place.focus({ preventScroll: true });
      place.scrollIntoView();
    });
  }
}

function listen() {
  startSteps(predict);
  listenToTheForm();
  listenToTheAddress();
  byId("save").addEventListener("click", saveReport);
  listenForFiles({
    started: () => openPanel("yours"), // a file can be dropped on the other tab too
    done: (prediction, name) => fillInFile(prediction.household, name),
    refused: predict, // the file may have cut short the answer to a typed number
  });
  // on a phone the bar names the score only while the gauge itself is out of sight
  new IntersectionObserver(([gauge]) => {
    byId("bar").classList.toggle("seen", gauge.isIntersecting);
  }).observe(byId("gauge"));
}

/** The form with an example's numbers, or those of the address. */
async function fillTheForm() {
  build(...await Promise.all([ask("/api/inputs"), ask("/api/change-inputs")]));
  fillFields(exampleNumbers(), { own: false });
  keepFromNowOn();
  const texts = textsInAddress();
  if (texts) typeIn(texts);
  sayOrigin();
}

async function start() {
  const examples = offerExamples();
  const problem = await fillTheForm().then(() => examples).catch((thrown) => thrown);
  byId("late").hidden = true; // from here on there is something to see, and it works
  document.querySelector("main").hidden = false;
  startTabs({ about: showAbout });
  if (problem) {
    stale(sentence(problem));
    showAgain("Try again", () => location.reload());
    return;
  }
  listen();
  await predict();
}

start();
