// Showing an answer, or why there is none. Nothing is worked out here: the server did that.

import { announce, byId, element, picture, points, say } from "./dom.js";

let isCurrent = false; // whether what is shown answers what the form says

/** Show a prediction; `tryIt(typed, words)` is called when a suggestion is pressed. */
export function show(prediction, curve, tryIt) {
  freshen();
  const { score, score_before: before, risk_class: name, alert_threshold: alert, high_threshold: high } = prediction;
  const said = `Risk score ${score} of 100, ${name}.`;
  Object.assign(byId("result").dataset, { probability: prediction.probability, riskClass: name });
  byId("gauge").replaceChildren(picture(prediction.gauge_svg));
  byId("score").textContent = said;
  byId("meaning").textContent = prediction.meaning;
  say("definition", prediction.definition);
  byId("people").replaceChildren(picture(prediction.figures_svg));
  byId("warnings").replaceChildren(...prediction.warnings.map(paragraph));
  announce([said, prediction.change ? prediction.meaning : "", ...prediction.warnings].join(" "));
  say("bar", `${before === null ? score : `${before} → ${score}`} of 100, ${name}: why?`);
  showHelp(prediction, tryIt);
  byId("arithmetic").replaceChildren(...prediction.arithmetic.map(paragraph));
  byId("waterfall").replaceChildren(picture(prediction.waterfall_svg));
  byId("drivers").replaceChildren(...prediction.drivers.map(driverItem));
  byId("curve-title").textContent = curve.title;
  byId("curve").replaceChildren(picture(curve.svg));
  say("standing", prediction.standing);
  say("classes", `Moderate begins at ${points(alert)} of 100, High at ${points(high)}.`);
  say("assumption", prediction.assumption);
  byId("why").hidden = false;
}

const paragraph = (textContent) => element("p", { textContent });

function showHelp({ suggestions, change }, tryIt) {
  const items = suggestions.map((suggestion) => suggestionItem(suggestion, tryIt));
  byId("suggestions").replaceChildren(...items);
  byId("on-top").hidden = !change;
  byId("no-suggestions").hidden = items.length > 0;
  byId("no-promise").hidden = items.length === 0;
  byId("help").hidden = false;
}

function driverItem({ idea, reading }) {
  const name = element("strong", { textContent: `${idea}: ` });
  return element("li", {}, name, element("span", { textContent: reading }));
}

function suggestionItem({ text, leads, typed }, tryIt) {
  const button = element("button", { type: "button", textContent: "Try it" });
  button.setAttribute("aria-label", `Try it: ${text}`);
  button.addEventListener("click", () => {
    if (!isCurrent) return; // it was made for older numbers
    tryIt(typed, `Tried: ${text}.`);
    byId("undo").focus({ preventScroll: true }); // the button goes away with the answer it belongs to
  });
  const score = element("span", { className: "leads", textContent: `${leads} of 100` });
  return element("li", {}, element("span", {}, text, score), button);
}

// --- no answer ----------------------------------------------------------------------------------

/** There is an answer already, to whatever. */
const hasAnswer = () => !byId("why").hidden;

/** The form says something else by now. It need not look so yet: most answers come at once. */
export function outdate() {
  isCurrent = false;
}

/** What is shown answers older numbers: let it look so, and say why. */
export function stale(reason, shown = "What you see answers the numbers before.") {
  outdate();
  byId("again").hidden = true;
  if (!hasAnswer()) {
    byId("meaning").textContent = `No answer yet. ${reason}`;
    return;
  }
  document.body.classList.add("is-stale");
  say("stale", `${reason} ${shown}`);
  const old = document.querySelectorAll("#suggestions button, #save");
  for (const button of old) button.disabled = true;
  const bar = byId("bar");
  if (!bar.textContent.startsWith("Not current")) bar.textContent = `Not current: ${bar.textContent.replace(": why?", "")}`;
}

/** Offer what may help against it. */
export function showAgain(words, action) {
  const again = byId("again");
  Object.assign(again, { textContent: words, hidden: false });
  again.onclick = () => {
    byId("result").focus({ preventScroll: true }); // the button goes away
    action();
  };
}

function freshen() {
  isCurrent = true;
  document.body.classList.remove("is-stale");
  say("stale", "");
  byId("again").hidden = true;
  byId("save").disabled = false;
}
