// Curves of a metric over an axis, with intervals, seeds and what was published.
import { choice, el, tick } from "./dom.js";
import { estimate, number, signed } from "./format.js";
import { curveSwatch, drawMarker, look } from "./looks.js";
import { Panel } from "./panel.js";
import { isNumeric, position } from "./plot.js";
import { theme } from "./theme.js";

/** @typedef {import("./types.js").CurvesChart} CurvesChart */
/** @typedef {import("./types.js").Metric} Metric */

const MARKS = new Map([["not settled", "?"], ["not precise", "!"]]);

export class CurvesPanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {CurvesChart} data
   * @param {(point: number) => void} [onChoice] called with a point that is clicked
   */
  constructor(host, data, onChoice) {
    super(host, data);
    this.chart = data;
    if (onChoice) this.plot.onChoice = onChoice;
    this.metric = data.metrics[0];
    /** @type {boolean | null} as the metric suggests, until the reader says otherwise */
    this.logY = null;
    this.intervals = true;
    /** @type {Set<string>} */
    this.hidden = new Set();
    this.refresh(true);
  }

  /**
   * Other data in the same view, as far as they have it.
   * @param {CurvesChart} data
   */
  replace(data) {
    const same = data.axes.length === this.data.axes.length && data.axes.every((axis, i) =>
      axis.name === this.data.axes[i].name);
    this.take(data, same);
    this.chart = data;
    this.metric = data.metrics.find(({ column }) => column === this.metric.column) ?? data.metrics[0];
    this.refresh(true);
  }

  /** @param {boolean} controls */
  refresh(controls) {
    if (controls) this.makeControls();
    this.makeLegend();
    this.draw();
    super.refresh(controls);
  }

  makeControls() {
    const { metrics } = this.chart;
    const parts = [];
    if (metrics.length > 1) {
      parts.push(choice("show", metrics.map(({ column, label }) => ({ value: column, text: label })),
        this.metric.column, (value) => {
          this.metric = metrics.find(({ column }) => column === value) ?? this.metric;
          this.refresh(true);
        }));
    }
    this.controls.replaceChildren(...parts, ...this.axisControls(), this.logXControl(),
      tick("log y", this.isLogY(), this.canBeLogY(), (on) => {
        this.logY = on;
        this.refresh(false);
      }),
      tick("95 % intervals", this.intervals, true, (on) => {
        this.intervals = on;
        this.refresh(false);
      }), this.fileControls());
  }

  /** @returns {boolean} */
  canBeLogY() {
    const { mean, published } = this.metric.values;
    return [...mean, ...(published ?? [])].every((value) => value === null || value > 0);
  }

  /** @returns {boolean} */
  isLogY() {
    return this.canBeLogY() && (this.logY ?? this.metric.logarithmic);
  }

  /** Curves that have a point here. */
  present() {
    const { mean, published } = this.metric.values;
    const isKnown = (/** @type {number} */ point) => mean[point] !== null || (published?.[point] ?? null) !== null;
    return this.chart.curves.map((curve, index) => ({ curve, index, points: this.pointsOf(index).filter(isKnown) }))
      .filter(({ points }) => points.length);
  }

  makeLegend() {
    const buttons = this.present().map(({ curve }) => {
      const shown = String(!this.hidden.has(curve.name));
      const made = el("button", { type: "button", class: "entry", "aria-pressed": shown },
        curveSwatch(curve.look), " ", curve.label || this.chart.title);
      made.addEventListener("click", () => {
        const hide = !this.hidden.has(curve.name);
        if (hide) this.hidden.add(curve.name);
        else this.hidden.delete(curve.name);
        made.setAttribute("aria-pressed", String(!hide));
        this.draw();
        this.fillTable();
      });
      return made;
    });
    this.legend.replaceChildren(...buttons, ...this.explanations().map((text) => el("span", { class: "note" }, text)));
  }

  /** @returns {string[]} */
  explanations() {
    const { values } = this.metric;
    const has = (/** @type {(number | null)[] | undefined} */ column) => column?.some((value) => value !== null);
    const texts = [];
    if (has(values.half)) texts.push("shaded: 95 % interval");
    if (has(values.published)) texts.push(`open markers: ${this.chart.published}`);
    if (has(values.bound)) texts.push("thin dots: bound, no run can be above");
    if (has(values.predicted)) texts.push("thin line: predicted without simulation");
    if (has(values.low)) texts.push("thin bars: 90 % band of the model");
    const states = new Set(this.chart.points.state.filter(Boolean));
    for (const [state, mark] of MARKS) if (states.has(state)) texts.push(`${mark}: ${state}`);
    return texts;
  }

  /** @returns {{curve: import("./types.js").Curve, index: number, points: number[]}[]} */
  visible() {
    return this.present().filter(({ curve }) => !this.hidden.has(curve.name));
  }

  draw() {
    const axis = this.chart.axes[this.over];
    const logX = this.logX[this.over] && isNumeric(axis);
    const { values, unit } = this.metric;
    const shown = this.visible();
    const at = this.chart.points.at[this.over];
    const used = [...new Set(shown.flatMap(({ points }) => points.map((point) => at[point])))].sort((a, b) => a - b);
    const xs = used.map((index) => position(axis, index, logX));
    const columns = shown.map(({ points }) => {
      const by = new Map(points.map((point) => [at[point], values.mean[point]]));
      return used.map((index) => by.get(index) ?? null);
    });
    const [low, high] = this.range(shown);
    this.plot.show({
      data: /** @type {uPlot.AlignedData} */ ([xs, ...columns]),
      series: shown.map(({ curve }) => ({
        stroke: () => look(curve.look).colour(), width: isNumeric(axis) ? 2 : 0, dash: look(curve.look).dash,
        points: { show: false }, spanGaps: true,
      })),
      drawFirst: (u) => this.drawLevel(u),
      drawSeries: (u, index) => this.drawCurve(u, shown[index - 1], axis, logX),
      spots: shown.flatMap(({ curve, points }, order) => points.flatMap((point) => this.spots(curve, point, order,
        position(axis, at[point], logX)))),
      axis, logX, logY: this.isLogY(), low, high, margin: isNumeric(axis) ? 0.04 : 0.12,
      yLabel: this.metric.label,
      name: `${this.title()}: ${shown.length} curve${shown.length === 1 ? "" : "s"} of ${this.metric.label} over ` +
        `${axis.label}. The table below has the numbers${unit ? `, in ${unit}` : ""}.`,
    });
  }

  /**
   * From 0 on, or from the lowest if negative or logarithmic. A bound far above all else leaves the frame.
   * @param {{points: number[]}[]} shown
   * @returns {[number, number]}
   */
  range(shown) {
    const { mean, half, published, low, high, predicted } = this.metric.values;
    const all = [];
    if (this.chart.level !== null) all.push(this.chart.level);
    for (const { points } of shown) {
      for (const point of points) {
        const value = mean[point];
        const reach = this.intervals ? half[point] ?? 0 : 0;
        if (value !== null) all.push(value, value + reach, this.isLogY() ? value : value - reach);
        for (const column of [published, low, high, predicted]) {
          const other = column?.[point];
          if (other !== undefined && other !== null) all.push(other);
        }
      }
    }
    const least = Math.min(...all);
    const most = Math.max(...all);
    if (!all.length) return this.isLogY() ? [1, 10] : [0, 1];
    if (this.isLogY()) return [least / 1.25, most * 1.25];
    if (this.chart.level !== null || least < 0) {
      const room = 0.06 * (most - least) || 0.1;
      return [least - room, most + room];
    }
    return [0, most > 0 ? 1.06 * most : 1];
  }

  /** @param {uPlot} u */
  drawLevel(u) {
    if (this.chart.level === null) return;
    const y = u.valToPos(this.chart.level, "y", true);
    u.ctx.save();
    u.ctx.strokeStyle = theme().soft;
    u.ctx.lineWidth = 1.5 * devicePixelRatio;
    u.ctx.beginPath();
    u.ctx.moveTo(u.bbox.left, y);
    u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
    u.ctx.stroke();
    u.ctx.restore();
  }

  /**
   * All but the line itself.
   * @param {uPlot} u
   * @param {{curve: import("./types.js").Curve, points: number[]}} shown
   * @param {import("./types.js").Axis} axis
   * @param {boolean} logX
   */
  drawCurve(u, { curve, points }, axis, logX) {
    const { mean, published, bound, low, high } = this.metric.values;
    const { marker, colour: colourOf } = look(curve.look);
    const colour = colourOf();
    const scale = devicePixelRatio;
    const context = u.ctx;
    const at = this.chart.points.at[this.over];
    const across = points.map((point) => u.valToPos(position(axis, at[point], logX), "x", true));
    const least = this.isLogY() ? Number.MIN_VALUE : -Infinity;
    const down = (/** @type {number} */ value) => u.valToPos(Math.max(value, least), "y", true);
    context.save();
    context.setLineDash([]);
    context.beginPath();
    const { left, top, width, height } = u.bbox;
    context.rect(left - 8 * scale, top - 12 * scale, width + 16 * scale, height + 20 * scale);
    context.clip();
    if (this.intervals) this.drawIntervals(context, points, across, down, colour, isNumeric(axis));
    context.strokeStyle = context.fillStyle = colour;
    points.forEach((point, i) => {
      const ends = [low?.[point] ?? null, high?.[point] ?? null];
      if (ends[0] !== null && ends[1] !== null) {
        context.lineWidth = 1.2 * scale;
        context.beginPath();
        context.moveTo(across[i], down(ends[0]));
        context.lineTo(across[i], down(ends[1]));
        context.stroke();
      }
      const most = bound?.[point] ?? null;
      if (most !== null) context.fillRect(across[i] - 6 * scale, down(most), 12 * scale, 1.2 * scale);
    });
    this.drawBound(context, points, across, down, colour);
    this.drawPredicted(context, points, across, down, colour);
    points.forEach((point, i) => {
      const value = mean[point];
      const other = published?.[point] ?? null;
      if (other !== null) drawMarker(context, marker, across[i], down(other), 5.5 * scale, colour, false);
      if (value === null) return;
      drawMarker(context, marker, across[i], down(value), 3.6 * scale, colour, true);
      const mark = MARKS.get(this.chart.points.state[point]);
      if (mark) {
        context.fillStyle = theme().ink;
        context.font = `${12 * scale}px system-ui, sans-serif`;
        context.textAlign = "center";
        context.fillText(mark, across[i], down(value) - 8 * scale);
      }
    });
    context.restore();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number[]} points
   * @param {number[]} across
   * @param {(value: number) => number} down
   * @param {string} colour
   * @param {boolean} joined
   */
  drawIntervals(context, points, across, down, colour, joined) {
    const { mean, half } = this.metric.values;
    const ends = points.flatMap((point, i) => {
      const value = mean[point];
      const reach = half[point];
      if (value === null || reach === null) return [];
      return [{ x: across[i], low: down(value - reach), high: down(value + reach) }];
    });
    if (joined && ends.length > 1) {
      context.globalAlpha = 0.2;
      context.fillStyle = colour;
      context.beginPath();
      for (const { x, low } of ends) context.lineTo(x, low);
      for (const { x, high } of ends.toReversed()) context.lineTo(x, high);
      context.fill();
      context.globalAlpha = 1;
      return;
    }
    context.strokeStyle = colour;
    context.lineWidth = 1.5 * devicePixelRatio;
    const cap = 4 * devicePixelRatio;
    for (const { x, low, high } of ends) {
      context.beginPath();
      context.moveTo(x, low);
      context.lineTo(x, high);
      for (const y of [low, high]) {
        context.moveTo(x - cap, y);
        context.lineTo(x + cap, y);
      }
      context.stroke();
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number[]} points
   * @param {number[]} across
   * @param {(value: number) => number} down
   * @param {string} colour
   */
  drawBound(context, points, across, down, colour) {
    const { bound } = this.metric.values;
    if (!bound) return;
    context.strokeStyle = colour;
    context.lineWidth = 1.2 * devicePixelRatio;
    context.setLineDash([1.5 * devicePixelRatio, 4 * devicePixelRatio]);
    context.beginPath();
    points.forEach((point, i) => {
      const most = bound[point];
      if (most !== null) context.lineTo(across[i], down(most));
    });
    context.stroke();
    context.setLineDash([]);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number[]} points
   * @param {number[]} across
   * @param {(value: number) => number} down
   * @param {string} colour
   */
  drawPredicted(context, points, across, down, colour) {
    const { predicted } = this.metric.values;
    if (!predicted) return;
    context.strokeStyle = colour;
    context.lineWidth = devicePixelRatio;
    context.beginPath();
    points.forEach((point, i) => {
      const value = predicted[point];
      if (value !== null) context.lineTo(across[i], down(value));
    });
    context.stroke();
  }

  /**
   * @param {import("./types.js").Curve} curve
   * @param {number} point
   * @param {number} order
   * @param {number} x
   * @returns {import("./plot.js").Spot[]}
   */
  spots(curve, point, order, x) {
    const { values } = this.metric;
    const words = () => ({ heading: `${curve.label}, ${this.place(point)}`, lines: this.words(point) });
    return [values.mean[point], values.published?.[point] ?? null].flatMap((y) => (y === null ? [] : [{ x, y, order,
      point, words }])).slice(0, 2);
  }

  /**
   * @param {number} point
   * @returns {string[]}
   */
  words(point) {
    const { values, unit } = this.metric;
    const lines = [`${estimate(values.mean[point], values.half[point], unit)}` +
      (values.half[point] === null ? "" : " (95 %)")];
    const seeds = this.chart.seeds?.[point] ?? [];
    const each = values.seeds?.[point] ?? [];
    if (each.length > 1) {
      const some = each.slice(0, 6).map((value, i) => `${seeds[i]}: ${number(value)}`).join(", ");
      lines.push(`seeds ${some}${each.length > 6 ? ` and ${each.length - 6} more` : ""}`);
    }
    const published = values.published?.[point] ?? null;
    if (published !== null) {
      const error = values.error_percent?.[point] ?? null;
      lines.push(`${this.chart.published} ${number(published)}${error === null ? "" : `, here ${signed(error)}`}`);
    }
    const low = values.low?.[point] ?? null;
    const high = values.high?.[point] ?? null;
    if (low !== null && high !== null) lines.push(`model ${number(low)} to ${number(high)} (90 %)`);
    const bound = values.bound?.[point] ?? null;
    if (bound !== null) lines.push(`bound ${number(bound)}`);
    const predicted = values.predicted?.[point] ?? null;
    if (predicted !== null) lines.push(`predicted ${number(predicted)}`);
    if (this.chart.points.state[point]) lines.push(this.chart.points.state[point]);
    return lines;
  }

  /** @returns {string} */
  title() {
    return this.chart.metrics.length > 1 ? `${this.chart.title}: ${this.metric.label}` : this.chart.title;
  }

  /** @returns {(string | number | null)[][]} */
  lines() {
    const { values, column } = this.metric;
    const { axes, points, seeds } = this.chart;
    const all = [...new Set((values.seeds && seeds ? seeds : []).flat())].sort((a, b) => a - b);
    const further = /** @type {const} */ (["published", "error_percent", "bound", "low", "high",
      "predicted"]).filter(
      (name) => values[name]);
    const names = { published: this.chart.published, error_percent: "error_percent", bound: "bound", low: "model_p5",
      high: "model_p95", predicted: "predicted" };
    const heading = ["curve", ...axes.map(({ name }) => name), column, `${column}_ci95`, ...all.map((seed) =>
      `seed_${seed}`), ...further.map((name) => names[name]), "state"];
    return [heading, ...this.visible().flatMap(({ curve, points: those }) => those.map((point) => [
      curve.name || curve.label, ...axes.map((axis, a) => axis.values[points.at[a][point]]), values.mean[point],
      values.half[point], ...all.map((seed) => values.seeds?.[point]?.[seeds?.[point]?.indexOf(seed) ?? -1] ?? null),
      ...further.map((name) => values[name]?.[point] ?? null), points.state[point]]))];
  }

  /** @returns {import("./save.js").LegendEntry[]} */
  legendEntries() {
    return this.visible().map(({ curve }) => ({ text: curve.label, draw: (context, x, y, scale) => {
      const { colour, dash, marker } = look(curve.look);
      context.strokeStyle = colour();
      context.lineWidth = 2 * scale;
      context.setLineDash(dash.map((length) => length * scale));
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + 36 * scale, y);
      context.stroke();
      context.setLineDash([]);
      drawMarker(context, marker, x + 18 * scale, y, 4.5 * scale, colour(), true);
    } }));
  }
}
