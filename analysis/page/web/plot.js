// What curves and stacks share: one uPlot chart over an axis, with hover, keyboard and a size that follows the page.
import { el } from "./dom.js";
import { number } from "./format.js";
import { onTheme, theme } from "./theme.js";

/** @typedef {import("./types.js").Axis} Axis */

/**
 * @typedef {object} Spot something that can be pointed at
 * @property {number} x on the x scale
 * @property {number} y on the y scale
 * @property {number} order of its curve: the arrows up and down go from one to the next
 * @property {number} [point] that it is of
 * @property {() => {heading: string, lines: string[]}} words
 */

/**
 * @typedef {object} Content
 * @property {uPlot.AlignedData} data
 * @property {uPlot.Series[]} series
 * @property {(u: uPlot, index: number) => void} drawSeries
 * @property {(u: uPlot) => void} [drawFirst]
 * @property {Spot[]} spots
 * @property {Axis} axis
 * @property {boolean} logX
 * @property {boolean} logY
 * @property {number} low
 * @property {number} high
 * @property {string} yLabel
 * @property {string} name what a screen reader says of the chart
 * @property {number} margin of the x axis, as a share of its length
 */

/**
 * Where a value of an axis stands.
 * @param {Axis} axis
 * @param {number} index
 * @param {boolean} logarithmic
 * @returns {number}
 */
export function position(axis, index, logarithmic) {
  const value = axis.values[index];
  if (typeof value === "string") return index;
  return logarithmic ? Math.log2(value) : value;
}

/**
 * @param {Axis} axis
 * @returns {boolean}
 */
export function isNumeric(axis) {
  return axis.values.every((value) => typeof value === "number");
}

/**
 * @param {Axis} axis
 * @returns {boolean}
 */
export function canBeLogarithmic(axis) {
  return axis.values.length > 1 && axis.values.every((value) => typeof value === "number" && value > 0);
}

/**
 * Ticks of a logarithmic axis: 1, 2 and 5 of each decade, or 1 alone.
 * @param {number} low
 * @param {number} high
 * @returns {number[]}
 */
function decades(low, high) {
  const steps = high > 3000 * low ? [1] : [1, 2, 5];
  const ticks = [];
  for (let decade = Math.floor(Math.log10(low)); decade <= Math.log10(high); decade += 1) {
    for (const step of steps) ticks.push(Number(`${step}e${decade}`));
  }
  return ticks.filter((value) => value >= low && value <= high);
}

const KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]);

/** A chart in a place of its own. */
export class Plot {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.tip = el("div", { class: "tip", hidden: true });
    this.ring = el("div", { class: "ring", hidden: true });
    this.frame = el("div", { class: "plot", tabindex: 0, role: "slider", "aria-valuemin": 1, "aria-valuenow": 1,
      "aria-orientation": "horizontal" });
    host.append(this.frame);
    /** @type {Content | null} */
    this.content = null;
    /** @type {uPlot | null} */
    this.chart = null;
    this.chosen = -1;
    /** @type {((point: number) => void) | null} of a spot that is clicked, or on which Enter is pressed */
    this.onChoice = null;
    this.frame.addEventListener("click", () => this.choose());
    this.frame.addEventListener("keydown", (event) => this.onKey(event));
    this.frame.addEventListener("blur", () => this.point(-1));
    this.frame.addEventListener("mouseleave", () => this.point(-1));
    onTheme(() => {
      this.resize(); // paper is narrower
      this.chart?.redraw(true, true);
    });
    this.width = 0;
    new ResizeObserver(() => this.resize()).observe(host);
    this.host = host;
  }

  /** @returns {{width: number, height: number}} */
  size() {
    const width = Math.max(280, Math.floor(this.host.clientWidth));
    return { width, height: Math.round(Math.min(440, Math.max(260, width * 0.5))) };
  }

  resize() {
    const { width, height } = this.size();
    if (width === this.width) return;
    this.width = width;
    this.chart?.setSize({ width, height });
    this.point(-1);
  }

  /** @param {Content} content */
  show(content) {
    this.content = content;
    this.chosen = -1;
    this.chart?.destroy();
    this.width = this.size().width;
    this.chart = new uPlot(this.options(content), content.data, this.frame);
    this.chart.over.append(this.ring, this.tip);
    this.point(-1);
    this.frame.setAttribute("aria-label", content.name);
    this.frame.setAttribute("aria-valuemax", String(Math.max(1, content.spots.length)));
  }

  /**
   * @param {Content} content
   * @returns {uPlot.Options}
   */
  options(content) {
    const { axis, logX, logY } = content;
    const at = axis.values.map((_, i) => position(axis, i, logX));
    const first = Math.min(...at);
    const last = Math.max(...at);
    const pad = last > first ? (last - first) * content.margin : 0.5;
    const font = "13px system-ui, sans-serif";
    const ink = () => theme().ink;
    const grid = { stroke: () => theme().grid, width: 1 };
    const ticks = { stroke: () => theme().grid, width: 1, size: 5 };
    return {
      ...this.size(),
      legend: { show: false },
      padding: [14, 14, 0, 0],
      cursor: { drag: { x: false, y: false, setScale: false }, points: { show: false }, y: false },
      scales: {
        x: { time: false, range: [first - pad, last + pad] },
        y: { distr: logY ? 3 : 1, range: [content.low, content.high] },
      },
      axes: [
        { label: axis.label, labelFont: font, font, stroke: ink, grid, ticks, labelSize: 22, size: 34,
          splits: () => at, values: (u) => this.tickTexts(u, axis, at) },
        { label: content.yLabel, labelFont: font, font, stroke: ink, grid, ticks, labelSize: 22,
          size: (u, values) => 18 + Math.max(16, ...(values ?? []).map((text) => 7.6 * text.length)),
          values: (u, values) => values.map((value) => (value === null ? "" : number(value))),
          ...(logY ? { splits: (/** @type {uPlot} */ u, /** @type {number} */ i, /** @type {number} */ low,
            /** @type {number} */ high) => decades(low, high), filter: (_, values) => values } : {}) },
      ],
      series: [{}, ...content.series],
      hooks: {
        drawAxes: [(u) => content.drawFirst?.(u)],
        drawSeries: [(u, index) => content.drawSeries(u, index)],
        setCursor: [(u) => this.onMouse(u)],
      },
    };
  }

  /**
   * Texts of those values of the axis that have room.
   * @param {uPlot} u
   * @param {Axis} axis
   * @param {number[]} at
   * @returns {string[]}
   */
  tickTexts(u, axis, at) {
    let end = -Infinity;
    return axis.texts.map((text, i) => {
      const middle = u.valToPos(at[i], "x");
      const short = text.length > 24 ? `${text.slice(0, 23)}\u2026` : text;
      const half = 3.6 * short.length;
      if (middle - half < end + 8) return "";
      end = middle + half;
      return short;
    });
  }

  /** @param {uPlot} u */
  onMouse(u) {
    const { left = -10, top = -10 } = u.cursor;
    if (left < 0 || !this.content) return;
    let nearest = -1;
    let least = 60 ** 2;
    this.content.spots.forEach((spot, i) => {
      const across = u.valToPos(spot.x, "x") - left;
      const down = u.valToPos(spot.y, "y") - top;
      const distance = across ** 2 + down ** 2;
      if (distance < least) {
        least = distance;
        nearest = i;
      }
    });
    this.point(nearest);
  }

  choose() {
    const point = this.content?.spots[this.chosen]?.point;
    if (point !== undefined) this.onChoice?.(point);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const spots = this.content?.spots ?? [];
    const now = spots[this.chosen];
    if (event.key === "Escape") return this.point(-1);
    if (event.key === "Enter") return this.choose();
    if (!spots.length || !KEYS.has(event.key)) return;
    event.preventDefault();
    if (!now) return this.point(0);
    const same = spots.filter((spot) => spot.order === now.order);
    const here = same.indexOf(now);
    /** @type {Spot | undefined} */
    let next;
    if (event.key === "ArrowLeft") next = same[here - 1];
    else if (event.key === "ArrowRight") next = same[here + 1];
    else if (event.key === "Home") next = same[0];
    else if (event.key === "End") next = same[same.length - 1];
    else {
      const step = event.key === "ArrowUp" ? -1 : 1;
      const orders = [...new Set(spots.map((spot) => spot.order))].sort((a, b) => a - b);
      const order = orders[orders.indexOf(now.order) + step];
      const others = spots.filter((spot) => spot.order === order);
      next = others.sort((a, b) => Math.abs(a.x - now.x) - Math.abs(b.x - now.x))[0];
    }
    if (next) this.point(spots.indexOf(next));
  }

  /**
   * Says what a spot is; nothing with -1.
   * @param {number} index
   */
  point(index) {
    const spot = this.content?.spots[index];
    this.tip.hidden = this.ring.hidden = !spot;
    if (this.chosen === index && spot) return;
    this.chosen = index;
    if (!spot || !this.chart) {
      this.frame.setAttribute("aria-valuetext", "no point chosen; arrow keys go from point to point");
      return;
    }
    const { heading, lines } = spot.words();
    this.frame.setAttribute("aria-valuenow", String(index + 1));
    this.frame.setAttribute("aria-valuetext", [heading, ...lines].join("; "));
    this.tip.replaceChildren(el("strong", {}, heading), ...lines.map((line) => el("div", {}, line)));
    const left = this.chart.valToPos(spot.x, "x");
    const top = this.chart.valToPos(spot.y, "y");
    this.ring.style.left = `${left}px`;
    this.ring.style.top = `${top}px`;
    const right = left + 18 + this.tip.offsetWidth > this.chart.over.clientWidth;
    this.tip.style.left = `${Math.max(0, right ? left - 14 - this.tip.offsetWidth : left + 14)}px`;
    this.tip.style.top = `${Math.max(0, Math.min(top - 20, this.chart.over.clientHeight - this.tip.offsetHeight))}px`;
  }

  /** @returns {HTMLCanvasElement | null} */
  canvas() {
    this.point(-1);
    return this.chart?.ctx.canvas ?? null;
  }
}
