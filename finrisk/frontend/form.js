// The form: built from /api/inputs and /api/change-inputs, and sent as it was typed.
// What a text means, the server says: nothing here reads a number. Filling it in is in fill.js.

import { byId, element, say } from "./dom.js";

const CHANGE = "change."; // begins the names of what a what-if changes
const LONGEST = 200; // characters; no number takes nearly as many, and the server says so

export const boxes = new Map(); // name -> {spec, input, words, left, exact, own}
export const isChange = (name) => name.startsWith(CHANGE);
export const partOf = (name) => name.slice(CHANGE.length);
export const boxesOf = (whatIf) => [...boxes].filter(([name]) => isChange(name) === whatIf);

// --- build ------------------------------------------------------------------------------------

/** The boxes of a household and of a what-if. */
export function build(fields, parts) {
  for (const field of fields) addBox(field.name, field, field.required ? "money" : "pattern");
  for (const part of parts) addBox(`${CHANGE}${part.name}`, part, "changes");
}

/** One box: label, text, what was read of it, help and a place for its refusal, tied together. */
function addBox(name, spec, place) {
  const id = name.replace(".", "-");
  const canBeNegative = spec.minimum < 0 || isChange(name);
  const input = element("input", {
    id, name, type: "text", autocomplete: "off", maxLength: LONGEST, required: spec.required,
    inputMode: canBeNegative ? "text" : "decimal", // many phones' number keys have no minus
    placeholder: isChange(name) ? "no change" : spec.required ? "" : "not known",
  });
  input.setAttribute("aria-describedby", `${id}-echo ${id}-help ${id}-error`);
  input.addEventListener("paste", pasteInOneLine);
  const label = element("label", { htmlFor: id, textContent: spec.question || spec.label });
  label.append(element("span", { className: "unit", textContent: ` in ${spec.unit}` }));
  // echo and help share their lines, so that no box moves when one takes the other's place
  const under = element(
    "div", { className: "under" },
    element("p", { id: `${id}-echo`, className: "small echo", hidden: true }),
    element("p", { id: `${id}-help`, className: "small", textContent: spec.help }),
  );
  const error = element("p", { id: `${id}-error`, className: "error", hidden: true });
  const words = spec.words.map(([word]) => wordButton(word, input));
  const field = element("div", { className: "field" }, label, input, under, error);
  if (words.length > 0) label.after(wordList(words, spec.question));
  byId(place).append(field);
  boxes.set(name, { spec, input, words, left: false, exact: null, own: false });
}

/** Who has no number answers with a word: a button that types it, and pressed again takes it back. */
function wordButton(word, input) {
  const button = element("button", { type: "button", textContent: word });
  button.addEventListener("click", () => {
    input.value = input.value === word ? "" : word;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  return button;
}

function wordList(words, question) {
  const list = element("ul", { className: "chips" }, ...words.map((word) => element("li", {}, word)));
  list.setAttribute("aria-label", question);
  return list;
}

/** A browser would join pasted lines, and make one number of two. */
function pasteInOneLine(event) {
  const text = event.clipboardData.getData("text/plain").trim();
  if (!/[\r\n]/.test(text)) return;
  event.preventDefault();
  const { target } = event;
  const line = text.replace(/\s*[\r\n]+\s*/g, " ↵ ").slice(0, LONGEST);
  target.setRangeText(line, target.selectionStart, target.selectionEnd, "end");
  target.dispatchEvent(new Event("input", { bubbles: true }));
}

// --- what it says -----------------------------------------------------------------------------

/** What a box says: its text as it was typed, or the exact number that it was filled in with. */
const said = ({ input, exact }) => (exact?.shown === input.value ? exact.value : input.value);

/** What the server is asked. */
export function asTyped() {
  const read = (whatIf) => boxesOf(whatIf).map(([name, box]) => [whatIf ? partOf(name) : name, said(box)]);
  const change = { ...Object.fromEntries(read(true)), months: byId("months").value };
  return { fields: Object.fromEntries(read(false)), change };
}

// --- what was read of it ----------------------------------------------------------------------

/** A box was left: what is wrong with it may be said from now on. */
export function leave(name) {
  boxes.get(name).left = true;
}

/** A box has the focus: what is wrong with it may be said only if it is said already. */
export function enter(name) {
  const box = boxes.get(name);
  box.left = box.input.getAttribute("aria-invalid") === "true";
}

/** Say what was read of each box, and what is wrong with those that were left; returns the latter. */
export function sayRead(echoes, errors) {
  const told = [];
  for (const [name, { spec, input, words, left }] of boxes) {
    const wrong = left ? errors[name] ?? "" : "";
    say(`${input.id}-echo`, errors[name] ? "" : echoes[name] ?? "");
    say(`${input.id}-error`, wrong);
    if (wrong) told.push(wrong);
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    if (!errors[name] && input === document.activeElement) enter(name); // corrected: it may go on
    if (wrong && spec.question) byId("pattern-box").open = true; // no error is hidden
    for (const word of words) word.setAttribute("aria-pressed", String(word.textContent === input.value));
  }
  return told;
}

/** The label of a box, as sentences name it. */
export function labelOf(name) {
  const label = boxes.get(name)?.spec.label ?? name;
  return isChange(name) ? `What if: ${label}` : label;
}
