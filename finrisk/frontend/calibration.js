// The picture of calibration: when the model said 30 %, did it happen to 30 of 100?

import { drawn, percent } from "./dom.js";

const LEFT = 52, RIGHT = 316, TOP = 12, BOTTOM = 250; // of the plot, in a picture of 340 x 300
const across = (share) => LEFT + (RIGHT - LEFT) * share;
const up = (share) => BOTTOM - (BOTTOM - TOP) * share;

/** The largest difference between what was predicted and what happened, as a share. */
export function largestGap({ predicted, observed }) {
  return Math.max(...predicted.map((share, i) => Math.abs(share - observed[i])));
}

/** A point for each group of households; on the dashed line the prediction came true exactly. */
export function calibrationPicture(groups) {
  const { predicted, observed } = groups;
  const label = `Predicted risk and what happened in ${predicted.length} groups of households: `
    + `they differ by ${(100 * largestGap(groups)).toFixed(1)} points at most.`;
  return drawn(
    "svg", { viewBox: "0 0 340 300", role: "img", "aria-label": label },
    ...[0, 0.25, 0.5, 0.75, 1].flatMap(gridLine),
    line(across(0), up(0), across(1), up(1), { "stroke-dasharray": "5 4" }),
    ...predicted.map((share, i) => point(share, observed[i])),
    words("Predicted risk", (LEFT + RIGHT) / 2, 292, "middle"),
    words("Became stressed", LEFT + 8, TOP + 14, "start"),
  );
}

function gridLine(share) {
  const name = `${100 * share} %`;
  return [
    line(across(0), up(share), across(1), up(share), { "stroke-opacity": 0.2 }),
    words(name, LEFT - 8, up(share) + 4, "end"),
    words(name, across(share), BOTTOM + 20, "middle"),
  ];
}

function point(share, happened) {
  const name = drawn("title", {}, `predicted ${percent(share)}, happened ${percent(happened)}`);
  return drawn("circle", { cx: across(share), cy: up(happened), r: 5, class: "point" }, name);
}

function line(x1, y1, x2, y2, more) {
  return drawn("line", { x1, y1, x2, y2, stroke: "currentColor", ...more });
}

function words(text, x, y, anchor) {
  return drawn("text", { x, y, "text-anchor": anchor, "font-size": 13, fill: "currentColor" }, text);
}
