// Why a point is where it is, and what would help most there.
import { button, choice, el } from "./dom.js";
import { number, signed } from "./format.js";

/** @typedef {import("./types.js").StageOfPoint} StageOfPoint */
/** @typedef {import("./types.js").ShareOfPath} ShareOfPath */
/** @typedef {import("./types.js").Help} Help */

const MOST_HELPS = 15;

/**
 * @param {string} caption
 * @param {string[]} heading
 * @param {{words: string, share: number, cells: string[]}[]} rows
 * @returns {HTMLElement}
 */
function bars(caption, heading, rows) {
  const most = Math.max(...rows.map(({ share }) => Math.abs(share)), 1e-9);
  return el("table", { class: "bars" }, el("caption", {}, caption),
    el("thead", {}, el("tr", {}, ...heading.map((text) => el("th", { scope: "col" }, text)),
      el("th", { scope: "col" }, el("span", { class: "unseen" }, "as a bar")))),
    el("tbody", {}, ...rows.map(({ words, share, cells }) => {
      const bar = el("span", { class: share < 0 ? "bar negative" : "bar", "aria-hidden": "true" });
      bar.style.width = `${(100 * Math.abs(share)) / most}%`;
      return el("tr", {}, el("th", { scope: "row" }, words),
        ...cells.map((text) => el("td", { class: "number" }, text)), el("td", { class: "track" }, bar));
    })));
}

/** Of the point that the reader has chosen. */
export class Answers {
  /**
   * @param {HTMLElement} why
   * @param {HTMLElement} helps
   * @param {(what: "why" | "helps", point: number) => void} onAsk
   */
  constructor(why, helps, onAsk) {
    this.why = why;
    this.helps = helps;
    this.onAsk = onAsk;
    this.chosen = -1; // at first the last one
    /** @type {string[]} */
    this.names = [];
    /** @type {StageOfPoint[][]} by point; empty: not known */
    this.stages = [];
    /** @type {Map<number, ShareOfPath[]>} by point */
    this.paths = new Map();
    /** @type {Help[]} */
    this.help = [];
    this.asked = -1;
    this.helped = false;
    this.isReady = false; // the curves come first
    this.offered = ""; // the point for which there is a button
  }

  /** @param {string[]} names of all points of a new state */
  begin(names) {
    this.names = names;
    this.stages = names.map(() => []);
    this.paths.clear();
    this.isReady = false;
    if (this.chosen < 0 || this.chosen >= names.length) this.chosen = names.length - 1;
    this.forget();
    this.show();
  }

  forget() {
    this.help = [];
    this.asked = -1;
    this.helped = false;
  }

  /**
   * @param {number} point
   * @param {StageOfPoint[]} stages
   */
  take(point, stages) {
    this.stages[point] = stages;
    if (point === this.chosen) this.show();
  }

  /**
   * @param {number} point
   * @param {ShareOfPath[]} path
   */
  takePath(point, path) {
    this.paths.set(point, path);
    if (point === this.chosen) this.show();
  }

  askWhy() {
    this.isReady = true;
    if (!this.paths.has(this.chosen)) this.onAsk("why", this.chosen);
  }

  /** @param {number} point */
  choose(point) {
    if (point === this.chosen || point >= this.names.length) return;
    this.chosen = point;
    this.forget();
    this.show();
    if (this.isReady) this.askWhy();
  }

  /** @param {Help} one */
  takeHelp(one) {
    if (one.point === this.asked) this.help.push(one);
    this.showHelps();
  }

  endHelps() {
    this.helped = true;
    this.showHelps();
  }

  show() {
    const focused = document.activeElement instanceof HTMLSelectElement && this.why.contains(document.activeElement);
    const list = choice("point", this.names.map((text, i) => ({ value: String(i), text })), String(this.chosen),
      (value) => this.choose(Number(value)));
    this.why.replaceChildren(list, ...this.tables());
    if (focused) list.querySelector("select")?.focus();
    this.showHelps();
  }

  /** @returns {HTMLElement[]} */
  tables() {
    const stages = this.stages[this.chosen] ?? [];
    if (!stages.length) return [el("p", {}, "It is being simulated.")];
    const path = (this.paths.get(this.chosen) ?? []).filter(({ share }) => (share ?? 0) >= 0.005)
      .sort((a, b) => (b.share ?? 0) - (a.share ?? 0));
    const total = stages.reduce((sum, { latency_us: one }) => sum + (one ?? 0), 0);
    const percent = (/** @type {number | null} */ share) => `${(100 * (share ?? 0)).toFixed(0)}\u00a0%`;
    const made = [];
    const [first] = path;
    if (first) {
      made.push(el("p", {}, el("strong", {}, `Most of all it waits for: ${first.words}. `),
        `${percent(first.share)} of the run's time lies on it.`));
      made.push(bars("Critical path", ["resource", "share of the run"], path.map(({ words, share }) => ({ words,
        share: share ?? 0, cells: [percent(share)] }))));
    } else {
      made.push(el("p", {}, this.paths.has(this.chosen) ? "There is no critical path of it."
        : "What it waits for comes when the curves are there."));
    }
    made.push(bars("Stages of a request", ["stage", "mean (us)", "of it waiting (us)"], stages.map((one) => ({
      words: one.stage.replaceAll("_", " "), share: (one.latency_us ?? 0) / (total || 1),
      cells: [number(one.latency_us), number(one.queueing_us)] }))));
    return made;
  }

  showHelps() {
    const here = this.names[this.chosen] ?? "this point";
    if (this.asked < 0) {
      if (this.offered === here) return; // a button that is being pressed stays
      this.offered = here;
      const what = "Each mechanism switched off, each cost and each resource halved, one by one, at ";
      this.helps.replaceChildren(el("p", {}, what, el("strong", {}, here), "."), button("Find out", () => {
        this.asked = this.chosen;
        this.onAsk("helps", this.chosen);
        this.showHelps();
      }));
      return;
    }
    this.offered = "";
    const sorted = this.help.toSorted((a, b) => Math.abs(b.percent) - Math.abs(a.percent)).slice(0, MOST_HELPS);
    const words = { mechanism: "without", cost: "half of", resource: "half the work for" };
    const count = this.help.length;
    const text = this.helped ? `${count} changes, those that move the bandwidth most at the top. A change within its ` +
      "interval may be chance." : `${count} changes so far.`;
    const rows = sorted.map((one) => ({ words: `${words[one.kind]} ${one.words}`, share: one.percent,
      cells: [signed(one.percent) + (one.half === null ? "" : ` \u00b1 ${one.half.toFixed(1)}`)] }));
    this.helps.replaceChildren(el("p", { role: "status" }, text), ...(rows.length
      ? [bars(`Bandwidth at ${here}`, ["change", "bandwidth"], rows)] : []));
  }
}
