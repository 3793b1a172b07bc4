// Parts of a whole over an axis, on top of each other, for one curve at a time.
import { choice, el } from "./dom.js";
import { estimate, number } from "./format.js";
import { hatch, partSwatch } from "./looks.js";
import { Panel } from "./panel.js";
import { isNumeric, position } from "./plot.js";

/** @typedef {import("./types.js").StackChart} StackChart */

export class StackPanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {StackChart} data
   */
  constructor(host, data) {
    super(host, data);
    this.chart = data;
    this.curve = 0;
    this.measure = data.measures[0];
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
    const { curves, measures } = this.chart;
    const parts = [];
    if (measures.length > 1) {
      parts.push(choice("show", measures.map(({ column, label }) => ({ value: column, text: label })),
        this.measure.column, (value) => {
          this.measure = measures.find(({ column }) => column === value) ?? this.measure;
          this.refresh(false);
        }));
    }
    if (curves.length > 1) {
      parts.push(choice("of", curves.map(({ label }, i) => ({ value: String(i), text: label })), String(this.curve),
        (value) => {
          this.curve = Number(value);
          this.refresh(false);
        }));
    }
    this.controls.replaceChildren(...parts, ...this.axisControls(), this.logXControl(), this.fileControls());
  }

  /** Parts that can be seen, from the bottom up. */
  present() {
    const points = this.pointsOf(this.curve);
    return this.chart.parts.map((part, index) => ({ part, index, values: points.map(
      (point) => this.measure.values[index][point] ?? 0) })).filter(({ values }) => values.some((value) => value > 0));
  }

  makeLegend() {
    const made = [];
    let group = "";
    for (const { part, index } of this.present().toReversed()) {
      if (part.group !== group) made.push(el("span", { class: "group" }, part.group));
      group = part.group;
      made.push(el("span", { class: "entry" }, partSwatch(part.colour, index), " ", part.name));
    }
    this.legend.replaceChildren(...made);
  }

  draw() {
    const axis = this.chart.axes[this.over];
    const logX = this.logX[this.over] && isNumeric(axis);
    const points = this.pointsOf(this.curve);
    const parts = this.present();
    const xs = points.map((point) => position(axis, this.chart.points.at[this.over][point], logX));
    const tops = points.map(() => 0);
    const columns = parts.map(({ values }) => values.map((value, i) => (tops[i] += value)));
    const bars = !isNumeric(axis) || xs.length < 2;
    const paths = bars ? uPlot.paths.bars?.({ size: [0.6, 90] }) : uPlot.paths.linear?.();
    const whole = [...tops];
    this.plot.show({
      // The whole first: what is drawn later covers it up to its own top.
      data: /** @type {uPlot.AlignedData} */ ([xs, ...columns.toReversed()]),
      series: parts.toReversed().map(({ part, index }) => ({
        stroke: "rgba(255,255,255,.75)", width: 1,
        fill: (u) => /** @type {string} */ (hatch(u.ctx, part.colour, index)), // uPlot takes a pattern, too
        points: { show: false }, ...(paths ? { paths } : {}),
      })),
      drawSeries: () => {},
      spots: parts.flatMap(({ part, values }, order) => values.flatMap((value, i) => (value > 0 ? [{
        x: xs[i], y: columns[order][i] - value / 2, order: -order,
        words: () => ({ heading: `${part.name}, ${this.place(points[i])}`, lines: this.words(part.name, value, whole[i],
          points[i]) }) }] : []))),
      axis, logX, logY: false, low: 0, high: 1.04 * Math.max(...whole, Number.MIN_VALUE), margin: bars ? 0.1 : 0,
      yLabel: this.measure.label,
      name: `${this.title()}: ${parts.length} parts over ${axis.label}. The table below has the numbers.`,
    });
  }

  /**
   * @param {string} name
   * @param {number} value
   * @param {number} whole
   * @param {number} point
   * @returns {string[]}
   */
  words(name, value, whole, point) {
    const { unit } = this.measure;
    const lines = [estimate(value, null, unit)];
    const index = this.chart.parts.findIndex((part) => part.name === name);
    for (const other of this.chart.measures) {
      const its = other.values[index][point];
      if (other !== this.measure && its !== null) lines.push(`${other.label}: ${number(its)}`);
    }
    lines.push(`all parts: ${number(whole)}${unit ? ` ${unit}` : ""}`);
    if (this.chart.points.state[point]) lines.push(this.chart.points.state[point]);
    return lines;
  }

  /** @returns {string} */
  title() {
    const { curves } = this.chart;
    return curves.length > 1 ? `${this.chart.title}: ${curves[this.curve].label}` : this.chart.title;
  }

  /** @returns {(string | number | null)[][]} */
  lines() {
    const { axes, points, parts, measures } = this.chart;
    const heading = ["curve", ...axes.map(({ name }) => name), "part", ...measures.map(({ column }) => column)];
    const those = this.pointsOf(this.curve);
    return [heading, ...those.flatMap((point) => parts.map((part, index) => [
      this.chart.curves[this.curve].name, ...axes.map((axis, a) => axis.values[points.at[a][point]]), part.name,
      ...measures.map(({ values }) => values[index][point])]))];
  }

  /** @returns {import("./save.js").LegendEntry[]} */
  legendEntries() {
    return this.present().toReversed().map(({ part, index }) => ({ text: part.name, draw: (context, x, y, scale) => {
      context.fillStyle = hatch(context, part.colour, index);
      context.fillRect(x + 8 * scale, y - 7 * scale, 28 * scale, 14 * scale);
    } }));
  }
}
