// Small builders the other modules share. Text only ever becomes textContent, never HTML.

export const byId = (id) => document.getElementById(id);

/** A new node: tag, properties (textContent, className, ...), then what goes inside. */
export function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

/** A node of a picture drawn here; SVG takes attributes where HTML takes properties. */
export function drawn(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** A picture of the server as nodes. It is read as XML, and the page's policy runs no script in it. */
export function picture(svg) {
  const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  return document.importNode(parsed, true);
}

/** A row of buttons, from [{words, action}]. Those that are there stay, and so does the focus. */
export function offerButtons(list, offers) {
  offers.forEach(({ words, action }, i) => {
    if (!list.children[i]) list.append(element("li", {}, element("button", { type: "button" })));
    const button = list.children[i].firstElementChild;
    if (button.textContent !== words) button.textContent = words;
    button.onclick = action;
  });
  while (list.children.length > offers.length) list.lastElementChild.remove();
}

/** Show a sentence at its place; an empty one hides the place. */
export function say(id, message) {
  byId(id).textContent = message;
  byId(id).hidden = !message;
}

/** Change the page, and leave on its spot of the screen what a hand is at. */
export function steadily(update) {
  const held = document.activeElement?.closest("#household :is(input, select, button)");
  const before = held?.getBoundingClientRect().top;
  update();
  const moved = held?.checkVisibility() ? held.getBoundingClientRect().top - before : 0;
  if (moved) scrollBy(0, moved);
}

let speaking = 0;

/** Let a screen reader say it once typing has rested, so that it does not talk at every key. */
export function announce(message) {
  clearTimeout(speaking);
  speaking = setTimeout(() => { byId("spoken").textContent = message; }, 1000);
}

export const percent = (value) => `${(100 * value).toFixed(1)} %`;
export const points = (value) => (100 * value).toFixed(1); // of a risk: it is told of 100
export const twoDigits = (value) => value.toFixed(2);
export const count = (value) => value.toLocaleString("en-US");
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
