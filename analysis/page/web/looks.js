// How curves and parts of a stack look: what tells them apart without colour, too. analysis/figures/style.py has the
// same shapes in the same order.
import { svg } from "./dom.js";
import { theme } from "./theme.js";

// Around 0, 0, with a radius of about 1.
const MARKERS = [
  "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z",
  "M-.9-.9H.9V.9H-.9Z",
  "M0-1.1L1.05.85H-1.05Z",
  "M0-1.25L1.05 0L0 1.25L-1.05 0Z",
  "M0 1.1L1.05-.85H-1.05Z",
  "M-.4-1.1H.4V-.4H1.1V.4H.4V1.1H-.4V.4H-1.1V-.4H-.4Z",
  "M-1-.5L-.5-1L0-.5L.5-1L1-.5L.5 0L1 .5L.5 1L0 .5L-.5 1L-1 .5L-.5 0Z",
  "M-1.1 0L-.55-.95H.55L1.1 0L.55.95H-.55Z",
];
const DASHES = [[], [8, 4], [2, 3], [10, 4, 2, 4], [5, 3, 2, 3, 2, 3]];

/**
 * Repeats after 40 curves: eight markers and five lines have no common factor.
 * @param {number} index
 */
export function look(index) {
  return {
    colour: () => theme().curves[index % MARKERS.length],
    dash: DASHES[index % DASHES.length],
    marker: MARKERS[index % MARKERS.length],
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} marker
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} colour
 * @param {boolean} filled open ones stand for what was published or measured
 */
export function drawMarker(context, marker, x, y, radius, colour, filled) {
  context.save();
  context.translate(x, y);
  context.scale(radius, radius);
  const path = new Path2D(marker);
  if (filled) {
    context.fillStyle = colour;
    context.fill(path);
  } else {
    context.lineWidth = 1.6 / radius * devicePixelRatio;
    context.strokeStyle = colour;
    context.stroke(path);
  }
  context.restore();
}

/**
 * Of a curve, for the legend.
 * @param {number} index
 * @returns {SVGElement}
 */
export function curveSwatch(index) {
  const { dash, marker } = look(index);
  const colour = `var(--curve-${index % MARKERS.length})`;
  return svg("svg", { class: "swatch", viewBox: "0 0 36 14", width: 36, height: 14, "aria-hidden": "true" },
    svg("path", { d: "M1 7H35", fill: "none", stroke: colour, "stroke-width": 2, "stroke-dasharray": dash.join(" ") }),
    svg("path", { d: marker, fill: colour, transform: "translate(18 7) scale(4.5)" }));
}

// Lines in a tile of eight by eight.
const HATCHES = ["", "M0 8L8 0", "M0 4H8", "M0 0L8 8", "M4 0V8", "M0 4H8M4 0V8", "M0 8L8 0M0 0L8 8", "M3 4h2"];

/**
 * @param {string} colour
 * @returns {string} what can be seen on it
 */
function onColour(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return 0.3 * red + 0.59 * green + 0.11 * blue < 130 ? "rgba(255,255,255,.55)" : "rgba(0,0,0,.4)";
}

/**
 * What a part of a stack is filled with.
 * @param {CanvasRenderingContext2D} context
 * @param {string} colour as #rrggbb
 * @param {number} index of the part: neighbours have other lines
 * @returns {CanvasPattern | string}
 */
export function hatch(context, colour, index) {
  const scale = devicePixelRatio;
  const tile = document.createElement("canvas");
  tile.width = tile.height = Math.round(8 * scale);
  const drawn = tile.getContext("2d");
  if (!drawn) return colour;
  drawn.fillStyle = colour;
  drawn.fillRect(0, 0, tile.width, tile.height);
  drawn.scale(tile.width / 8, tile.height / 8);
  drawn.strokeStyle = onColour(colour);
  drawn.stroke(new Path2D(HATCHES[index % HATCHES.length]));
  return context.createPattern(tile, "repeat") ?? colour;
}

/**
 * @param {string} colour
 * @param {number} index
 * @returns {SVGElement}
 */
export function partSwatch(colour, index) {
  const lines = HATCHES[index % HATCHES.length];
  const tiles = [0, 8, 16].map((x) => svg("path", { d: lines, fill: "none", stroke: onColour(colour),
    transform: `translate(${x} 2)` }));
  return svg("svg", { class: "swatch part", viewBox: "0 0 24 12", width: 24, height: 12, "aria-hidden": "true" },
    svg("rect", { width: 24, height: 12, fill: colour }), ...tiles);
}
