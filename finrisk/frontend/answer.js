// Showing an answer, or why there is none. Nothing is worked out here: the server did that.

import { sentence } from "./ask.js";
import { announce, byId, element, percent, picture, say } from "./dom.js";
import { blame, clearBlame } from "./form.js";

/** Show a prediction; `tryIt(change, words)` is called when a suggestion is pressed. */
export function show(prediction, tryIt) {
  clearComplaints();
  const { score, risk_class: name, alert_threshold: alert, high_threshold: high } = prediction;
  const said = `Risk score ${score} of 100, ${name}.`;
  Object.assign(byId("result").dataset, { probability: prediction.probability, riskClass: name });
  byId("gauge").replaceChildren(picture(prediction.gauge_svg));
  byId("score").textContent = said;
  announce(said);
  byId("meaning").textContent = prediction.meaning;
  const sentences = prediction.arithmetic.map((textContent) => element("p", { textContent }));
  byId("arithmetic").replaceChildren(...sentences);
  const warnings = prediction.warnings.map((textContent) => element("p", { textContent }));
  byId("warnings").replaceChildren(...warnings);
  say("standing", prediction.standing);
  say("bar", `${score} of 100, ${name}: why?`);
  say("classes", `Moderate begins at a risk of ${percent(alert)}, High at ${percent(high)}.`);
  byId("waterfall").replaceChildren(picture(prediction.waterfall_svg));
  byId("drivers").replaceChildren(...prediction.drivers.map(driverItem));
  const items = prediction.suggestions.map((suggestion) => suggestionItem(suggestion, tryIt));
  byId("suggestions").replaceChildren(...items);
  byId("no-suggestions").hidden = items.length > 0;
  byId("no-promise").hidden = items.length === 0;
  say("assumption", prediction.assumption);
  byId("details").hidden = false;
}

/** The form may say something else by now: a suggestion made for older numbers cannot be tried. */
export function outdate() {
  for (const button of byId("suggestions").querySelectorAll("button")) button.disabled = true;
}

function driverItem({ idea, reading }) {
  const name = element("strong", { textContent: `${idea}: ` });
  return element("li", {}, name, element("span", { textContent: reading }));
}

function suggestionItem({ text, probability, change }, tryIt) {
  const button = element("button", { type: "button", textContent: "Try it" });
  button.setAttribute("aria-label", `Try it: ${text}`);
  button.addEventListener("click", () => tryIt(change, `Tried: ${text}.`));
  const leads = element("span", { className: "leads", textContent: `risk ${percent(probability)}` });
  return element("li", {}, element("span", {}, text, leads), button);
}

/** Put a refusal beside its field, or above the form; what was typed and shown stays. */
export function complain(problem, { focus = false } = {}) {
  if (problem.name === "AbortError") return; // a newer action took over: nobody waits for this
  clearComplaints();
  const message = sentence(problem);
  const first = byId("details").hidden; // no answer yet: nothing that could be stale
  byId("stale").hidden = first;
  if (first) byId("meaning").textContent = "No answer yet.";
  if (blame(problem.field, message, { focus })) announce(message);
  else say("summary", message);
}

function clearComplaints() {
  clearBlame();
  say("summary", "");
  byId("stale").hidden = true;
}
