// Colours are those of the style sheet, so that charts are light, dark or for print as the page is.

/**
 * @typedef {object} Theme
 * @property {string} ink
 * @property {string} soft
 * @property {string} grid
 * @property {string} paper
 * @property {string[]} curves
 */

/** @type {Theme | null} */
let known = null;
/** @type {Set<() => void>} */
const watchers = new Set();

/** @returns {Theme} */
export function theme() {
  if (known) return known;
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  known = {
    ink: colour("ink"),
    soft: colour("soft"),
    grid: colour("grid"),
    paper: colour("paper"),
    curves: Array.from({ length: 8 }, (_, i) => colour(`curve-${i}`)),
  };
  return known;
}

/**
 * @param {() => void} redraw called when colours have changed
 * @returns {() => void} ends it
 */
export function onTheme(redraw) {
  watchers.add(redraw);
  return () => watchers.delete(redraw);
}

function changed() {
  known = null;
  for (const redraw of watchers) redraw();
}

/**
 * Paper is white, whatever the screen is.
 * @param {boolean} on
 */
export function forPrint(on) {
  document.documentElement.classList.toggle("printing", on);
  changed();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
