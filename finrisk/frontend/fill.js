// Filling in the form: an example, a file, a what-if, a link, or what it said before.
// It is known of all numbers where they come from; which of them are a person's own, too.

import { byId } from "./dom.js";
import { asTyped, boxes, boxesOf, labelOf, partOf } from "./form.js";

export const EXAMPLE = { name: "Example numbers", example: true, file: false, edited: "" };

let origin = EXAMPLE; // where the numbers come from; `edited` is what was typed over last
export const whereFrom = () => origin;

/** The numbers come from somewhere else now. */
export function comeFrom(place) {
  origin = { ...EXAMPLE, example: false, ...place };
}

/** A person typed over a box of the household. */
export function typedOver(name) {
  const box = boxes.get(name);
  box.own = true;
  const { file } = origin;
  const allOwn = [...boxes.values()].every(({ spec, own }) => own || !spec.required);
  comeFrom({
    ...origin, example: false, name: allOwn && !file ? "Your numbers" : origin.name,
    edited: `${labelOf(name).toLowerCase()} ${box.input.value || "not known"}`,
  });
}

// --- the whole of it --------------------------------------------------------------------------

/** The numbers the form starts with; what is optional, and a what-if, stay empty. */
export function exampleNumbers() {
  const required = [...boxes].filter(([, { spec }]) => spec.required);
  return Object.fromEntries(required.map(([name, { spec }]) => [name, spec.default]));
}

/** Everything that can be brought back. */
export function snapshot() {
  const kept = [...boxes].map(([name, { input, exact, own }]) => ({ name, text: input.value, exact, own }));
  return { kept, months: byId("months").value, origin, asks: JSON.stringify(asTyped()) };
}

/** Whether two such ask the same. */
export const sameForm = (one, other) => one.asks === other.asks;

export function bringBack({ kept, months, origin: place }) {
  for (const { name, text, exact, own } of kept) {
    const box = boxes.get(name);
    box.input.value = text;
    Object.assign(box, { exact, own, left: true });
  }
  byId("months").value = months;
  origin = place;
  openWhatIsFilledIn();
}

/** Fill in a household; what it does not know becomes empty. A what-if stays as it is. */
export function fillFields(household, { own }) {
  for (const [name, box] of boxesOf(false)) {
    put(box, household[name] ?? null);
    box.own = own;
  }
  openWhatIsFilledIn();
}

/** Type in a what-if: part -> text; what it does not name does not change. */
export function typeChange(texts) {
  for (const [name, box] of boxesOf(true)) {
    box.input.value = texts[partOf(name)] ?? "";
    Object.assign(box, { exact: null, left: false });
  }
  byId("months").value = texts.months ?? "";
}

/** Type in the texts of a link; what it does not name is empty. */
export function typeIn(texts) {
  for (const [name, { input }] of boxes) {
    input.value = (texts.get(name) ?? "").slice(0, input.maxLength);
    Object.assign(boxes.get(name), { exact: null, own: true, left: true });
  }
  const months = [...byId("months").options].map(({ value }) => value);
  byId("months").value = months.includes(texts.get("months")) ? texts.get("months") : "";
  comeFrom({ name: "Numbers of the link" });
  openWhatIsFilledIn();
}

// --- one box ----------------------------------------------------------------------------------

/** A number as a text of its box, rounded; as long as it is untouched it is sent whole. */
function put(box, value) {
  const shown = value === null ? "" : String(Number((value * box.spec.scale).toFixed(2)));
  box.input.value = shown;
  Object.assign(box, { exact: value === null ? null : { shown, value }, left: false });
}

/** Nothing is filled in unseen. */
function openWhatIsFilledIn() {
  const filled = [...boxes.values()].some(({ spec, input }) => spec.question && input.value !== "");
  if (filled) byId("pattern-box").open = true;
}
