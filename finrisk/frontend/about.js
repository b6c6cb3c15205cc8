// The second tab: how good the model is, by the figures its own build wrote (/api/metrics).
// No figure is typed here, so a rebuilt model speaks for itself.

import { ask, sentence } from "./ask.js";
import { calibrationPicture, largestGap } from "./calibration.js";
import { byId, capital, count, drawn, element, percent, points, say, twoDigits } from "./dom.js";

const SCORES = [ // recall first: better to warn a stable household than to miss one at risk
  ["recall", "Recall", "of those who got into stress, how many were warned", percent],
  ["f1", "F1", "recall and precision in one number", twoDigits],
  ["precision", "Precision", "of those warned, how many got into stress", percent],
  ["accuracy", "Accuracy", "how many were told right", percent],
  ["roc_auc", "ROC-AUC", "how well it ranks; 1 is perfect, ½ is a coin", twoDigits],
  ["n_households", "Households", "tested, none of them seen before", count],
];
const GROUPS = ["all", "onset"]; // onset: not short of money yet

let asked = false;

/** Fill the tab when it is first opened; after a refusal, try again the next time. */
export async function showAbout() {
  if (asked) return;
  asked = true;
  let metrics;
  try {
    metrics = await ask("/api/metrics");
  } catch (problem) {
    asked = false;
    say("about-status", sentence(problem));
    return;
  }
  showScores(metrics);
  showClasses(metrics);
  showCalibration(metrics);
  showDistance(metrics);
  const { model_id: id, seed, n_households: n, versions } = metrics;
  say("model-id", `Model ${id}, made from ${count(n)} simulated households (seed ${seed}) by finrisk ${versions.finrisk}.`);
  say("about-status", "");
  byId("figures").hidden = false;
}

function row(head, cells) {
  const texts = cells.map((textContent) => element("td", { textContent }));
  return element("tr", {}, element("th", { scope: "row" }, ...head), ...texts);
}

function scoreRow([key, name, meaning, format], scores) {
  const head = [element("strong", { textContent: name }), element("span", { className: "small", textContent: ` ${meaning}` })];
  return row(head, GROUPS.map((group) => format(scores[group][key])));
}

function showScores({ test, test_required_only: knownLess }) {
  byId("metrics").replaceChildren(...SCORES.map((score) => scoreRow(score, test)));
  const both = SCORES.filter(([key]) => key === "recall" || key === "precision");
  byId("metrics-required").append(...both.map((score) => scoreRow(score, knownLess)));
}

function showClasses({ classes, thresholds: { alert, high, ...why } }) {
  const begins = [0, alert, high];
  const items = Object.keys(classes.all).map((name, i) => {
    const [all, onset] = GROUPS.map((group) => classes[group][name]);
    const from = i === 0 ? `below ${points(begins[1])} of 100` : `from ${points(begins[i])} of 100`;
    const item = element(
      "li", {},
      element("h3", { textContent: name }),
      element("p", { className: "small", textContent: from }),
      element("p", { className: "big", textContent: percent(all.stressed_share) }),
      element("p", { textContent: `become stressed; ${percent(all.share)} of all households are here` }),
      element("p", { className: "small", textContent: `Not short of money yet: ${percent(onset.stressed_share)} become stressed; ${percent(onset.share)} of them are here` }),
    );
    item.dataset.riskClass = name;
    return item;
  });
  byId("class-cards").replaceChildren(...items);
  say("class-reasons", `A household counts as warned from Moderate on. That boundary, ${points(alert)} of 100, is ${why.alert_reason}. High begins at ${points(high)} of 100: ${why.high_reason}. “Onset” are the households not short of money yet.`);
}

function showCalibration({ calibration: { all }, test }) {
  byId("calibration").replaceChildren(calibrationPicture(all));
  const gap = (share) => `${points(share)} points`;
  say("calibration-words", `The households tested, in ${all.count.length} groups from the safest to the most at risk. What was predicted and what happened differ by ${gap(test.all.ece)} on average and ${gap(largestGap(all))} at most.`);
  byId("calibration-rows").replaceChildren(...all.predicted.map((share, i) =>
    row([percent(share)], [percent(all.observed[i]), count(all.count[i])])));
}

// --- distance to the best possible forecast -------------------------------------------------

const forecastName = (key) => (key === "network" ? "This network" : capital(key));

function showDistance({ truth, test }) {
  const { excess_mnat: excess, excess_standard_error: errors, true_risk: best } = truth;
  const names = Object.keys(excess).sort((a, b) => excess[a].all - excess[b].all);
  const largest = Math.max(...names.map((name) => excess[name].all));
  byId("distances").replaceChildren(...names.map((name) => row(
    [forecastName(name), bar(excess[name].all / largest, name === "network")],
    GROUPS.map((group) => `${excess[name][group].toFixed(1)} ± ${errors[name][group].toFixed(1)}`),
  )));
  const others = names.filter((name) => name !== "network");
  const places = others.map((name) => `${name} at ${(excess[name].all / excess.network.all).toFixed(1)}`);
  say("distance-words", `With this network's distance as 1: ${places.join(", ")}.`);
  say("best-words", `Even a forecast that knew every true risk would reach a ROC-AUC of ${twoDigits(best.all.roc_auc)}, and ${twoDigits(best.onset.roc_auc)} among those not short of money yet; this network reaches ${twoDigits(test.all.roc_auc)} and ${twoDigits(test.onset.roc_auc)}. What even the best one misses is luck, which nobody foresees.`);
}

function bar(share, own) {
  const filled = drawn("rect", { width: 100 * share, height: 6, rx: 1, class: own ? "own" : "other" });
  return drawn("svg", { viewBox: "0 0 100 6", class: "bar", preserveAspectRatio: "none", "aria-hidden": "true" }, filled);
}
