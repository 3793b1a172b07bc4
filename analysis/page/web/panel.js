// Around a chart: what is shown, what of it, and the same as a table and as files.
import { button, choice, el, tick } from "./dom.js";
import { number } from "./format.js";
import { canBeLogarithmic, Plot } from "./plot.js";
import { saveCsv, savePng } from "./save.js";
import { theme } from "./theme.js";

/** @typedef {import("./types.js").Chart} Chart */

const MOST_ROWS = 500;

/** A chart with its controls. What curves and stacks have in common. */
export class Panel {
  /**
   * @param {HTMLElement} host
   * @param {Chart} data
   */
  constructor(host, data) {
    this.host = host;
    this.data = data;
    this.over = 0; // position of the axis that goes across
    /** @type {number[]} */
    this.setting = data.axes.map(() => 0); // chosen values of the others
    this.logX = data.axes.map((axis) => axis.logarithmic);
    this.controls = el("div", { class: "controls" });
    this.body = el("div", { class: "body" });
    this.legend = el("div", { class: "legend", role: "group", "aria-label": "Shown in the chart" });
    this.summary = el("summary", {}, "Table of what is shown");
    this.table = el("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": `Table: ${data.title}` });
    const behind = el("details", { class: "behind" }, this.summary, this.table);
    behind.addEventListener("toggle", () => this.fillTable());
    this.behind = /** @type {HTMLDetailsElement} */ (behind);
    host.append(this.controls, this.body, this.legend, this.behind);
    this.plot = new Plot(this.body);
  }

  /**
   * Other data; the axis that goes across and the values of the others stay if they are the same axes.
   * @param {Chart} data
   * @param {boolean} same
   */
  take(data, same) {
    this.data = data;
    if (same) {
      this.setting = data.axes.map((axis, i) => Math.min(this.setting[i], axis.values.length - 1));
      return;
    }
    this.over = 0;
    this.setting = data.axes.map(() => 0);
    this.logX = data.axes.map((axis) => axis.logarithmic);
  }

  /** Choices of axes: which one goes across, and the values of the others. */
  axisControls() {
    const { axes } = this.data;
    const made = [];
    if (axes.length > 1) {
      made.push(choice("over", axes.map((axis, i) => ({ value: String(i), text: axis.label })), String(this.over),
        (value) => {
          this.over = Number(value);
          this.refresh(true);
        }));
    }
    axes.forEach((axis, i) => {
      if (i === this.over || axis.values.length < 2) return;
      made.push(choice(axis.label, axis.texts.map((text, k) => ({ value: String(k), text })), String(this.setting[i]),
        (value) => {
          this.setting[i] = Number(value);
          this.refresh(false);
        }));
    });
    return made;
  }

  /** @returns {HTMLElement} */
  logXControl() {
    return tick("log x", this.logX[this.over], canBeLogarithmic(this.data.axes[this.over]), (on) => {
      this.logX[this.over] = on;
      this.refresh(false);
    });
  }

  /** @returns {HTMLElement} */
  fileControls() {
    return el("span", { class: "files" },
      button("CSV", () => saveCsv(this.title(), this.lines())),
      button("PNG", () => {
        const canvas = this.plot.canvas();
        if (canvas) savePng(this.title(), canvas, this.legendEntries(), theme());
      }));
  }

  /**
   * Positions of the points that the chosen settings show, for one curve, in the order of the axis.
   * @param {number} curve
   * @returns {number[]}
   */
  pointsOf(curve) {
    const { points, axes } = this.data;
    const found = [];
    for (let i = 0; i < points.curve.length; i += 1) {
      if (points.curve[i] !== curve) continue;
      if (axes.every((axis, a) => a === this.over || points.at[a][i] === this.setting[a])) found.push(i);
    }
    return found.sort((a, b) => points.at[this.over][a] - points.at[this.over][b]);
  }

  /**
   * What the point's place is in words: its value on the axis that goes across.
   * @param {number} point
   * @returns {string}
   */
  place(point) {
    const { axes, points } = this.data;
    return axes.map((axis, a) => `${axis.name} ${axis.texts[points.at[a][point]]}`).join(", ");
  }

  /** The table is made when it is looked at. */
  fillTable() {
    if (!this.behind.open) {
      this.table.replaceChildren();
      return;
    }
    const [heading, ...lines] = this.lines();
    const shown = lines.slice(0, MOST_ROWS).map((line) => el("tr", {}, ...line.map((cell) => typeof cell === "string"
      ? el("td", {}, cell) : el("td", { class: "number" }, number(cell)))));
    const more = lines.length - shown.length;
    this.table.replaceChildren(
      el("table", {}, el("caption", {}, this.title()),
        el("thead", {}, el("tr", {}, ...heading.map((name) => el("th", { scope: "col" }, String(name))))),
        el("tbody", {}, ...shown)),
      ...(more > 0 ? [el("p", {}, `${more} more rows: the CSV has all.`)] : []));
  }

  // What each kind of chart does its own way.

  /** @returns {string} */
  title() {
    return this.data.title;
  }

  /** @returns {(string | number | null)[][]} the first is the heading */
  lines() {
    return [];
  }

  /** @returns {import("./save.js").LegendEntry[]} */
  legendEntries() {
    return [];
  }

  /** @param {boolean} _controls whether these have to be made anew, too */
  refresh(_controls) {
    this.fillTable();
  }
}
