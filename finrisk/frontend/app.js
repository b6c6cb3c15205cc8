// The page's behaviour: build the form from /api/inputs, ask the API, show the answer.
// Nothing here computes risk or checks a rule; the server does both and its sentences are shown.
// Text from a person or a file only ever becomes textContent.

const MAX_FILE = 1_000_000; // bytes; the server stops at 1 MiB, form wrapping included
const WAIT = 250; // ms of quiet before a typed number is sent
const METRICS = [
  ["recall", "Recall: of those who got into stress, how many were warned", percent],
  ["f1", "F1: recall and precision in one number", twoDigits],
  ["precision", "Precision: of those warned, how many got into stress", percent],
  ["accuracy", "Accuracy: how many were told right", percent],
  ["roc_auc", "ROC-AUC: how well it ranks, 1 is perfect", twoDigits],
  ["n_households", "Households tested", (value) => value.toLocaleString("en-US")],
];

const byId = (id) => document.getElementById(id);
const fields = new Map(); // name -> {field, input, error}
const exact = new Map(); // name -> {shown, value}: filled-in numbers, shown rounded, sent whole
const earlier = []; // forms to go back to
let timer = 0;
let pending = null;

/** A refusal of the server: which field, and the sentence to show. */
class Refused extends Error {
  constructor({ field, message }) {
    super(message);
    this.field = field;
  }
}

// --- small builders -------------------------------------------------------------------------

function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

/** A picture of the server as nodes; parsed as XML, so it cannot become a script of the page. */
function picture(svg) {
  const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  return document.importNode(parsed, true);
}

function percent(value) {
  return `${(100 * value).toFixed(1)} %`;
}

function twoDigits(value) {
  return value.toFixed(2);
}

function say(id, message) {
  byId(id).textContent = message;
  byId(id).hidden = !message;
}

// --- the form -------------------------------------------------------------------------------

function addField(field) {
  const error = element("p", { id: `${field.name}-error`, className: "error", hidden: true });
  const input = element("input", {
    id: field.name, name: field.name, type: "number", inputMode: "decimal", autocomplete: "off",
    min: field.minimum * field.scale, max: field.maximum * field.scale,
    step: field.step * field.scale, required: field.required,
    placeholder: field.required ? "" : "not known",
  });
  input.setAttribute("aria-describedby", `${field.name}-help ${error.id}`);
  const label = element("label", { htmlFor: field.name, textContent: field.label });
  const unit = element("span", { className: "unit", textContent: ` in ${field.unit}` });
  const help = element("p", { id: `${field.name}-help`, className: "small", textContent: field.help });
  label.append(unit);
  byId(field.required ? "money" : "pattern").append(
    element("div", { className: "field" }, label, input, help, error),
  );
  fields.set(field.name, { field, input, error });
}

/** The form as the API wants it, shares typed in percent as shares; an empty field is left out. */
function readForm() {
  const household = {};
  for (const [name, { field, input }] of fields) {
    if (input.validity.badInput) {
      throw new Refused({ field: name, message: `${field.label} is not a number. Write it like 4200.` });
    }
    const filled = exact.get(name);
    if (input.value !== "") {
      const typed = Number(input.value) / field.scale;
      household[name] = filled?.shown === input.value ? filled.value : typed;
    }
  }
  return household;
}

function fillForm(household) {
  for (const [name, { field, input }] of fields) {
    const value = household[name] ?? null;
    const shown = value === null ? "" : String(Number((value * field.scale).toFixed(2)));
    exact.set(name, { shown, value });
    input.value = shown;
  }
}

function remember() {
  const texts = [...fields].map(([name, { input }]) => [name, input.value]);
  earlier.push({ texts, exact: new Map(exact) });
  byId("undo").hidden = false;
}

function undo() {
  const { texts, exact: numbers } = earlier.pop();
  texts.forEach(([name, text]) => { fields.get(name).input.value = text; });
  numbers.forEach((number, name) => exact.set(name, number));
  byId("undo").hidden = earlier.length === 0;
  if (byId("undo").hidden) byId("result").focus();
  predict();
}

function startAgain() {
  remember();
  fillForm(exampleNumbers());
  predict();
}

function exampleNumbers() {
  const required = [...fields.values()].filter(({ field }) => field.required);
  return Object.fromEntries(required.map(({ field }) => [field.name, field.default]));
}

// --- asking ---------------------------------------------------------------------------------

/** The JSON answer; throws what the server refused. A newer question cancels an older one. */
async function ask(url, options) {
  clearTimeout(timer);
  pending?.abort();
  pending = new AbortController();
  const response = await fetch(url, { ...options, signal: pending.signal });
  const body = await response.json();
  if (!response.ok) throw new Refused(body.detail);
  return body;
}

async function predict({ focus = false } = {}) {
  try {
    const options = { method: "POST", headers: { "Content-Type": "application/json" } };
    show(await ask("/api/predict", { ...options, body: JSON.stringify(readForm()) }));
  } catch (problem) {
    complain(problem, focus);
  }
}

async function judgeFile(file) {
  try {
    if (file.size > MAX_FILE) throw new Refused({ message: `${file.name} is larger than 1 MB. Send the twelve months of one household.` });
    const body = new FormData();
    body.append("file", file);
    const prediction = await ask("/api/predict/csv", { method: "POST", body });
    remember();
    fillForm(prediction.household);
    byId("pattern-box").open = true;
    show(prediction);
    byId("csv-help").textContent = `Last file read: ${file.name}.`;
  } catch (problem) {
    if (problem.name !== "AbortError") say("csv-error", sentence(problem));
  }
  byId("csv").value = ""; // so that the same file, corrected, can be chosen again
}

function sentence(problem) {
  if (problem instanceof Refused) return problem.message;
  return "The server does not answer. Check that it is still running, then try again.";
}

// --- showing --------------------------------------------------------------------------------

/** Put a refusal beside its field, or above the form; what was typed and shown stays. */
function complain(problem, focus) {
  if (problem.name === "AbortError") return;
  clearComplaints();
  byId("stale").hidden = byId("details").hidden; // no answer yet: nothing to be stale
  if (byId("details").hidden) byId("meaning").textContent = "No answer yet.";
  const place = fields.get(problem.field);
  if (!place) return say("summary", sentence(problem));
  if (!place.field.required) byId("pattern-box").open = true;
  place.input.setAttribute("aria-invalid", "true");
  say(place.error.id, sentence(problem));
  if (focus) place.input.focus();
}

function clearComplaints() {
  for (const { input, error } of fields.values()) {
    input.removeAttribute("aria-invalid");
    say(error.id, "");
  }
  ["summary", "csv-error"].forEach((id) => say(id, ""));
  byId("stale").hidden = true;
}

function show(prediction) {
  clearComplaints();
  const { score, risk_class: name, alert_threshold: alert, high_threshold: high } = prediction;
  byId("result").dataset.probability = prediction.probability;
  byId("gauge").replaceChildren(picture(prediction.gauge_svg));
  byId("score").textContent = `Risk score ${score} of 100, ${name}.`;
  byId("meaning").textContent = prediction.meaning;
  say("bar", `${score} of 100: ${name} risk. See why`);
  byId("classes").textContent =
    `Moderate begins at ${(100 * alert).toFixed(0)}, High at ${(100 * high).toFixed(0)}.`;
  byId("waterfall").replaceChildren(picture(prediction.waterfall_svg));
  byId("drivers").replaceChildren(...prediction.drivers.map(driverItem));
  byId("suggestions").replaceChildren(...prediction.suggestions.map(suggestionItem));
  byId("no-suggestions").hidden = prediction.suggestions.length > 0;
  byId("notes").replaceChildren(...prediction.notes.map((textContent) => element("p", { textContent })));
  byId("notes").hidden = prediction.notes.length === 0;
  byId("details").hidden = false;
}

function driverItem({ idea, reading }) {
  return element("li", {}, element("strong", { textContent: `${idea}: ` }), reading);
}

function suggestionItem({ text, probability, household }) {
  const button = element("button", { type: "button", textContent: "Try it" });
  button.setAttribute("aria-label", `Try it: ${text}`);
  button.addEventListener("click", () => {
    remember();
    fillForm(household);
    byId("undo").focus(); // this button is about to be replaced
    predict();
  });
  const words = element("span", {}, text, element("span", { className: "leads", textContent: ` risk ${percent(probability)}` }));
  return element("li", {}, words, button);
}

async function showMetrics() {
  const response = await fetch("/api/metrics");
  if (!response.ok) return;
  const { test } = await response.json();
  byId("metrics").replaceChildren(...METRICS.map(([key, label, format]) => {
    const cells = [test.all[key], test.onset[key]].map((v) => element("td", { textContent: format(v) }));
    return element("tr", {}, element("th", { scope: "row", textContent: label }), ...cells);
  }));
  byId("metrics-box").hidden = false;
}

// --- start ----------------------------------------------------------------------------------

function listen() {
  byId("household").addEventListener("input", ({ target }) => {
    if (!fields.has(target.id)) return;
    clearTimeout(timer);
    timer = setTimeout(predict, WAIT);
  });
  byId("household").addEventListener("submit", (event) => {
    event.preventDefault();
    predict({ focus: true });
  });
  byId("reset").addEventListener("click", startAgain);
  byId("undo").addEventListener("click", undo);
  byId("csv").addEventListener("change", ({ target }) => target.files[0] && judgeFile(target.files[0]));
  const drop = byId("drop");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    window.addEventListener(kind, (event) => {
      event.preventDefault(); // a file dropped beside the box must not replace the page
      const inside = drop.contains(event.target);
      drop.classList.toggle("over", inside && kind === "dragover");
      const file = event.dataTransfer.files[0];
      if (kind === "drop" && inside && file) judgeFile(file);
    });
  }
}

async function start() {
  try {
    (await ask("/api/inputs", {})).forEach(addField);
    fillForm(exampleNumbers());
    listen();
    await Promise.all([predict(), showMetrics()]);
  } catch (problem) {
    say("summary", sentence(problem));
  }
}

start();
