// The page of `vqlab explore`. A state is what the reader has set, and stands in the address; the rest comes from the
// program.
import { Answers } from "./answers.js";
import { ask, Stream } from "./connection.js";
import { Controls } from "./controls.js";
import { CurvesPanel } from "./curves.js";
import { el } from "./dom.js";
import { saveJson } from "./save.js";

/** @typedef {import("./types.js").Setting} Setting */
/** @typedef {import("./types.js").Heard} Heard */
/** @typedef {import("./types.js").CurvesChart} CurvesChart */

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

const MOMENT_MS = 150;

/** @type {{column: string, label: string, unit: string}[]} */
const HEADLINES = JSON.parse(byId("metrics").textContent ?? "[]");

class Explorer {
  constructor() {
    this.set = this.fromAddress();
    this.controls = new Controls(byId("main-controls"), byId("more-controls"),
      (path, value) => this.change(path, value));
    this.answers = new Answers(byId("why"), byId("helps"), (what, point) => this.send({ [what]: this.stream.state,
      point }));
    /** @type {CurvesPanel | null} */
    this.panel = null;
    /** @type {CurvesChart | null} */
    this.chart = null;
    this.rough = 0;
    this.precise = 0;
    this.isDrawn = true;
    this.isOnLine = true;
    this.stream = new Stream((heard) => this.hear(heard), (connected) => this.line(connected));
    this.isSending = false;
    byId("reset").addEventListener("click", () => {
      this.set = {};
      this.enter();
    });
    this.scenario = /** @type {HTMLButtonElement} */ (byId("scenario"));
    this.scenario.addEventListener("click", () => this.send({ scenario: this.stream.state }));
    byId("link").addEventListener("click", () => this.copyLink());
    addEventListener("hashchange", () => {
      this.set = this.fromAddress();
      this.enter();
    });
    this.enter();
  }

  /** @returns {Record<string, Setting>} */
  fromAddress() {
    try {
      const said = JSON.parse(decodeURIComponent(location.hash.slice(1)) || "{}");
      return said && typeof said === "object" && !Array.isArray(said) ? said : {};
    } catch {
      return {};
    }
  }

  /**
   * @param {string} path
   * @param {Setting} value
   */
  change(path, value) {
    this.set = { ...this.set, [path]: value };
    this.enter();
  }

  /** Sends the newest state; while one is on its way, only the last of those that follow. */
  enter() {
    const hash = Object.keys(this.set).length ? `#${encodeURIComponent(JSON.stringify(this.set))}` : "";
    history.replaceState(null, "", location.pathname + hash);
    this.scenario.disabled = true; // of what is not checked yet there is none
    if (this.isSending) return;
    this.isSending = true;
    queueMicrotask(async () => {
      let sent = null;
      try {
        while (sent !== this.set) {
          sent = this.set;
          this.stream.enter(await ask({ set: sent }));
        }
      } catch (error) {
        this.say(String(error));
      } finally {
        this.isSending = false;
      }
    });
  }

  /** @param {object} question */
  async send(question) {
    try {
      await ask(question);
    } catch (error) {
      this.say(String(error));
    }
  }

  /** @param {Heard} heard */
  hear(heard) {
    if (heard.faults) this.refuse(heard.faults);
    else if (heard.study && heard.controls) this.begin(heard.study, heard.controls);
    else if (heard.values && heard.point !== undefined) this.take(heard.point, heard);
    else if (heard.failed !== undefined && heard.point !== undefined) this.fail(heard.point, heard.failed);
    else if (heard.why !== undefined && heard.path) this.answers.takePath(heard.why, heard.path);
    else if (heard.help) this.answers.takeHelp(heard.help);
    else if (heard.helped !== undefined) this.answers.endHelps();
    else if (heard.scenario) saveJson("explored", heard.scenario);
    else if (heard.done) this.end(heard.done);
  }

  /** @param {{file: string, path: string, found: string, accepted: string}[]} faults */
  refuse(faults) {
    this.say("This set-up cannot be simulated; the curves are those of the last one that could.");
    byId("faults").replaceChildren(el("ul", { class: "warnings" }, ...faults.map(({ path, found, accepted }) =>
      el("li", {}, `${path}: found ${found}; accepted: ${accepted}`))));
    for (const { path, found, accepted } of faults) this.controls.refuse(path, `found ${found}; accepted: ${accepted}`);
  }

  /**
   * @param {import("./types.js").ExploredStudy} study
   * @param {import("./types.js").Control[]} controls
   */
  begin(study, controls) {
    this.scenario.disabled = false;
    byId("faults").replaceChildren();
    const { axes, curves, points, published, predicted } = study;
    const none = () => points.curve.map(() => /** @type {number | null} */ (null));
    /** @type {CurvesChart} */
    const chart = { kind: "curves", title: study.title, axes, curves, points, level: null,
      published: published?.source ?? "published", metrics: HEADLINES.map(({ column, label, unit }) => ({ column, label,
        unit, logarithmic: false, values: { mean: none(), half: none(),
          ...(published?.metric === column ? { published: published.values } : {}),
          ...(column === "bandwidth_mib_per_s" ? { bound: none() } : {}),
          ...(predicted.columns?.[column] ? { predicted: predicted.columns[column] } : {}) } })) };
    // The view stays as the reader has it, as long as it fits.
    this.chart = chart;
    this.rough = this.precise = 0;
    if (this.panel) this.panel.replace(chart);
    else this.panel = new CurvesPanel(byId("chart"), chart, (point) => this.answers.choose(point));
    this.controls.show(controls, this.set);
    const labels = curves.map(({ label }) => label);
    this.answers.begin(points.curve.map((curve, i) => [labels[curve], ...axes.map((axis, a) =>
      `${axis.label} ${axis.texts[points.at[a][i]]}`)].join(", ")));
    byId("notes").replaceChildren(...[...study.notes, ...(predicted.why_not
      ? [`There is no prediction: ${predicted.why_not}`] : [])].map((text) => el("p", { class: "note" }, text)));
    this.count();
  }

  /**
   * @param {number} point
   * @param {Heard} heard
   */
  take(point, heard) {
    const { chart } = this;
    if (!chart || !heard.values) return;
    if (chart.metrics[0].values.mean[point] === null) this.rough += 1;
    if (!heard.rough) this.precise += 1;
    for (const { column, values } of chart.metrics) {
      [values.mean[point], values.half[point]] = heard.values[column] ?? [null, null];
      if (values.bound) [values.bound[point]] = heard.values.bandwidth_bound_mib_per_s ?? [null];
    }
    chart.points.state[point] = heard.rough ? "not precise" : "";
    this.answers.take(point, heard.stages ?? []);
    this.redraw();
  }

  /** @param {"rough" | "precise"} what all points are */
  end(what) {
    document.documentElement.dataset[what] = String(this.stream.state);
    if (what === "rough") this.answers.askWhy();
  }

  /**
   * @param {number} point
   * @param {string} why
   */
  fail(point, why) {
    const text = `${this.answers.names[point]} gives no result: ${why}`;
    byId("faults").replaceChildren(el("p", { class: "warnings" }, text));
  }

  /** Once for all points that come within a moment: the simulations need the CPU that drawing takes. */
  redraw() {
    if (!this.isDrawn) return;
    this.isDrawn = false;
    setTimeout(() => {
      this.isDrawn = true;
      this.panel?.refresh(false);
      this.count();
    }, MOMENT_MS);
  }

  count() {
    if (!this.chart || !this.isOnLine) return;
    const all = this.chart.points.curve.length;
    this.say(this.precise === all ? `${all} points, all within 2\u00a0%.`
      : `${this.rough} of ${all} points, ${this.precise} within 2\u00a0%; the others are rough.`);
  }

  /** @param {boolean} connected */
  line(connected) {
    this.isOnLine = connected;
    if (connected) this.count();
    else this.say("The program does not answer. If it has ended, start it again: `vqlab explore`.");
  }

  /** @param {string} text */
  say(text) {
    if (byId("status").textContent !== text) byId("status").textContent = text;
  }

  async copyLink() {
    try {
      await navigator.clipboard.writeText(location.href);
      this.say("The link is copied. It is good as long as the program runs; what follows # is the state.");
    } catch {
      this.say("The browser does not let the page copy; the address line has the link.");
    }
  }
}

const explorer = new Explorer();
document.documentElement.classList.toggle("ready", Boolean(explorer));
