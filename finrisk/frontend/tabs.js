// Two tabs, as people know them: click, arrow keys, Home and End; the address says which is open,
// before the numbers that stand there too (keep.js).

import { byId } from "./dom.js";

const tabs = [...document.querySelectorAll('[role="tab"]')];
const panelOf = (tab) => tab.getAttribute("aria-controls");
const selected = () => tabs.find((tab) => tab.getAttribute("aria-selected") === "true");
const whenOpened = {};

/** Start the tabs; `actions` has, by panel, what to do whenever that panel is opened. */
export function startTabs(actions) {
  Object.assign(whenOpened, actions);
  for (const tab of tabs) {
    tab.addEventListener("click", () => go(tab));
    tab.addEventListener("keydown", (event) => {
      const next = neighbour(event.key, tabs.indexOf(tab));
      if (!next) return;
      event.preventDefault();
      next.focus();
      go(next);
    });
  }
  window.addEventListener("hashchange", followAddress); // the back button, or a link
  openFromAddress();
}

/** Open the tab of a panel, as if it had been pressed. */
export function openPanel(id) {
  go(tabs.find((tab) => panelOf(tab) === id));
}

function neighbour(key, at) {
  const last = tabs.length - 1;
  const places = {
    ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last,
  };
  return tabs[places[key]];
}

function go(tab) {
  if (tab === selected()) return;
  const numbers = location.hash.replace(/^#(about&?)?/, "");
  // the first tab is the page itself; pushing, unlike following a link, does not scroll
  const hash = [tab === tabs[0] ? "" : panelOf(tab), numbers].filter(Boolean).join("&");
  history.pushState({ ours: true }, "", hash ? `#${hash}` : location.pathname);
  open(tab);
}

/** Open what the address says; what had the focus may be hidden by that, so the tab gets it. */
function followAddress() {
  const before = selected();
  openFromAddress();
  if (selected() !== before) selected().focus({ preventScroll: true }); // Back restores the scroll
}

function openFromAddress() {
  // anything else, such as #result, lies in the first tab
  const [first] = location.hash.split("&");
  open(tabs.find((tab) => `#${panelOf(tab)}` === first) ?? tabs[0]);
}

function open(chosen) {
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1; // Tab reaches the open one, arrows the others
    byId(panelOf(tab)).hidden = tab !== chosen;
  }
  const skip = byId("skip");
  skip.href = `#${chosen.dataset.skip}`;
  skip.textContent = chosen.dataset.skipWords;
  whenOpened[panelOf(chosen)]?.();
}
