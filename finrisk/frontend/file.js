// A year of months from a CSV file, chosen or dropped anywhere on the page.
// What is in the file is the server's to read; here it is only found and sent.

import { ask, begin, Refused, sentence } from "./ask.js";
import { byId, say } from "./dom.js";

const MAX_FILE = 1_000_000; // bytes; the server stops at 1 MiB, form wrapping included

/** `then.started()` comes at once, `then.done(prediction, name)` after a good file, `then.refused()` after a bad one. */
export function listenForFiles(then) {
  byId("csv").addEventListener("change", ({ target }) => {
    const [file] = target.files;
    if (file) readFile(() => file, then);
  });
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    window.addEventListener(kind, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return; // dragged words may go their way
      event.preventDefault(); // a dropped file must not replace the page
      const left = kind === "dragleave" && event.relatedTarget === null; // out of the window
      document.body.classList.toggle("dragging", kind !== "drop" && !left);
      if (kind === "drop") readFile(() => onlyFile(event.dataTransfer), then);
    });
  }
}

/** The one file of a drop; throws a sentence when there is not exactly one. */
function onlyFile({ files, items }) {
  if (files.length === 0) throw new Refused({ message: "Nothing was dropped. Drop one CSV file." });
  if (files.length > 1) {
    throw new Refused({ message: `One file is taken at a time, got ${files.length}. Drop the file of one household.` });
  }
  if (items[0]?.webkitGetAsEntry?.()?.isDirectory) {
    throw new Refused({ message: `${files[0].name} is a folder. Drop one CSV file.` });
  }
  return files[0];
}

/** Send a file; a bad one gets its sentences and leaves everything else as it is. */
async function readFile(findFile, { started, done, refused }) {
  const signal = begin();
  started();
  say("csv-error", "");
  try {
    const file = findFile();
    done(await read(file, signal), file.name);
  } catch (problem) {
    if (signal.aborted) return;
    say("csv-error", sentence(problem));
    refused();
    byId("csv-error").scrollIntoView({ block: "nearest" }); // it may have been dropped far above
  } finally {
    byId("csv").value = ""; // so that the same file, corrected, can be chosen again
  }
}

/** The server's answer to a file; when something else is done meanwhile, say that it is given up. */
async function read(file, signal) {
  const giveUp = () => say("csv-status",
    `${file.name} was not used: you went on with the form meanwhile. Choose it again to use it.`);
  signal.addEventListener("abort", giveUp);
  say("csv-status", `Reading ${file.name} ...`);
  try {
    return await ask("/api/predict/csv", { method: "POST", body: await wrapped(file), signal });
  } finally {
    signal.removeEventListener("abort", giveUp);
    if (!signal.aborted) say("csv-status", "");
  }
}

/** The file's bytes as a form; read here, so that a file that went away is not the server's fault. */
async function wrapped(file) {
  if (file.size > MAX_FILE) {
    throw new Refused({ message: `${file.name} is larger than 1 MB. Send the twelve months of one household.` });
  }
  const bytes = await file.arrayBuffer().catch(() => {
    throw new Refused({ message: `${file.name} could not be read. Choose one CSV file.` });
  });
  const form = new FormData();
  form.append("file", new Blob([bytes], { type: "text/csv" }), "months.csv");
  return form;
}
