// The form: built from /api/inputs, read, filled in, and brought back when a change is undone.

import { Refused } from "./ask.js";
import { byId, element, say } from "./dom.js";

export const fields = new Map(); // name -> {field, input, error}
const exact = new Map(); // name -> {shown, value}: filled-in numbers, shown rounded, sent whole
const earlier = []; // forms to go back to
let change = null; // a suggestion that is tried on top of the numbers
let origin = {}; // where the numbers came from: {example: untouched example numbers?, file: its name or ""}

/** One field: label, input, help and a place for its refusal, tied together for screen readers. */
export function addField(field) {
  const { name, scale, required } = field;
  const error = element("p", { id: `${name}-error`, className: "error", hidden: true });
  const input = element("input", {
    id: name, name, type: "number", inputMode: "decimal", autocomplete: "off", required,
    min: field.minimum * scale, max: field.maximum * scale, step: field.step * scale,
    placeholder: required ? "" : "not known",
  });
  input.setAttribute("aria-describedby", `${name}-help ${error.id}`);
  const label = element("label", { htmlFor: name, textContent: field.label });
  label.append(element("span", { className: "unit", textContent: ` in ${field.unit}` }));
  const help = element("p", { id: `${name}-help`, className: "small", textContent: field.help });
  byId(required ? "money" : "pattern").append(
    element("div", { className: "field" }, label, input, help, error),
  );
  fields.set(name, { field, input, error });
}

/** The numbers the form starts with; optional fields are left empty. */
export function exampleNumbers() {
  const required = [...fields.values()].filter(({ field }) => field.required);
  return Object.fromEntries(required.map(({ field }) => [field.name, field.default]));
}

/**
 * The form as the API wants it, shares typed in percent as shares; an empty field is left out. What
 * is tried goes along as the change.
 */
export function readForm() {
  const household = { change };
  for (const [name, { field, input }] of fields) {
    if (input.validity.badInput) { // the browser hides such text from the page
      throw new Refused({ field: name, message: `${field.label} is not a number. Write it like 4200.` });
    }
    if (input.value === "") continue;
    const filled = exact.get(name);
    const untouched = filled?.shown === input.value;
    household[name] = untouched ? filled.value : Number(input.value) / field.scale;
  }
  return household;
}

/** Fill in a household and say where its numbers come from. */
export function fillForm(household, from) {
  for (const [name, { field, input }] of fields) {
    const value = household[name] ?? null;
    const shown = value === null ? "" : String(Number((value * field.scale).toFixed(2)));
    exact.set(name, { shown, value });
    input.value = shown;
    if (shown && !field.required) byId("pattern-box").open = true; // nothing is filled in unseen
  }
  sayOrigin(from);
}

/** A person typed: these are example numbers no more, and nothing is tried on top of them. */
export function typed() {
  if (change) earlier.push(now("Not tried any more."));
  change = null;
  offerUndo();
  origin = { ...origin, example: false };
  byId("example-note").classList.add("untrue");
}

function sayOrigin(from) {
  origin = from;
  byId("example-note").classList.toggle("untrue", !origin.example);
  say("csv-status", origin.file && `Last file read: ${origin.file}.`);
}

// --- the way back ---------------------------------------------------------------------------

const typedTexts = () => [...fields.values()].map(({ input }) => input.value);

const now = (words) => ({ texts: typedTexts(), exact: new Map(exact), origin, words, change });

/** Replace the whole form; there is a way back if that changed anything to be seen. */
export function replaceForm(household, words, from = origin) {
  const before = now(words);
  change = null;
  fillForm(household, from);
  const differs = typedTexts().some((text, i) => text !== before.texts[i]);
  if (differs || before.change) earlier.push(before);
  offerUndo();
}

/** Try a change on top of the form as it is; there is a way back. */
export function tryChange(tried, words) {
  earlier.push(now(words));
  change = tried;
  offerUndo();
}

/** Bring back the form as it was before the last such change. */
export function undo() {
  const before = earlier.pop();
  [...fields.values()].forEach(({ input }, i) => { input.value = before.texts[i]; });
  before.exact.forEach((number, name) => exact.set(name, number));
  change = before.change;
  sayOrigin(before.origin);
  offerUndo();
}

function offerUndo() {
  byId("change").hidden = earlier.length === 0;
  byId("changed").textContent = earlier.at(-1)?.words ?? "";
}

// --- refusals -------------------------------------------------------------------------------

/** Put a refusal beside its field; false when it is about no field of the form. */
export function blame(name, message, { focus }) {
  const place = fields.get(name);
  if (!place) return false;
  if (!place.field.required) byId("pattern-box").open = true;
  place.input.setAttribute("aria-invalid", "true");
  say(place.error.id, message);
  if (focus) place.input.focus();
  return true;
}

export function clearBlame() {
  for (const { input, error } of fields.values()) {
    input.removeAttribute("aria-invalid");
    say(error.id, "");
  }
}
