// Controls of parameters: a slider and a box for a number, a list for a choice, a tick for a switch.
import { el } from "./dom.js";
import { number } from "./format.js";

/** @typedef {import("./types.js").Control} Control */
/** @typedef {import("./types.js").Setting} Setting */

// What people change first, in this order.
const FIRST = ["machine", "targets", "guest.vcpus", "controller.num_queues", "guest.policy", "job.iodepth",
  "job.bsrange", "job.numjobs", "guest.driver", "controller.virtqueue_size", "controller.ring", "host.server"];
const STEPS = 40; // of a slider whose range has no natural steps

/**
 * The values that a slider stops at.
 * @param {Control} control
 * @returns {number[]}
 */
function stopsOf(control) {
  const [least, most] = control.range ?? [0, 1];
  const [low, high] = control.plausible ?? [least, most];
  const now = Number(control.value);
  const stops = new Set([now]);
  if (control.whole && high - low <= 64) {
    for (let value = low; value <= high; value += 1) stops.add(value);
  } else if (control.whole) {
    if (low <= 0) stops.add(low);
    for (let value = 1; value <= high; value *= 2) if (value >= low) stops.add(value);
  } else {
    // A range that nobody narrowed says little: ten times less to ten times more.
    const narrow = low > least || high < most || now <= 0;
    const begin = narrow ? Math.max(low, high / 1e4) : Math.max(low, now / 10);
    const end = narrow ? high : Math.min(high, now * 10);
    if (least <= 0) stops.add(0);
    const steps = begin > 0 ? Array.from({ length: STEPS + 1 }, (_, i) => begin * (end / begin) ** (i / STEPS)) : [];
    for (const value of steps) stops.add(Number(value.toPrecision(3)));
  }
  return [...stops].filter((value) => value >= least && value <= most).sort((a, b) => a - b);
}

/** One parameter on the page. */
class ControlField {
  /**
   * @param {Control} control
   * @param {(path: string, value: Setting) => void} onChange
   */
  constructor(control, onChange) {
    this.control = control;
    this.onChange = onChange;
    this.id = `control-${control.path.replaceAll(".", "-")}`;
    this.why = el("span", { class: "note", id: `${this.id}-why` });
    /** @type {number[]} */
    this.stops = [];
    this.shown = ""; // the control and whether it is set, as they were last
    /** @type {HTMLInputElement | null} */
    this.slider = null;
    this.box = this.makeBox();
    this.box.id = this.id;
    this.box.setAttribute("aria-describedby", this.why.id);
    const words = control.name.replaceAll("_", " ");
    const unit = words.toLowerCase().endsWith(control.unit.toLowerCase()) ? "" : ` ${control.unit}`;
    const name = el("label", { for: this.id, title: control.help }, words, el("span", { class: "note" }, unit,
      control.curve ? ` of ${control.curve}` : ""));
    this.element = el("div", { class: "field" }, name, this.box, ...(this.slider ? [this.slider] : []), this.why);
    this.update(control, false);
  }

  /** @returns {HTMLInputElement | HTMLSelectElement} */
  makeBox() {
    const { control } = this;
    if (control.swept) return this.makeList();
    if (control.kind === "choice") {
      const list = /** @type {HTMLSelectElement} */ (el("select"));
      for (const one of control.choices ?? []) list.append(el("option", { value: one }, one));
      list.addEventListener("change", () => this.onChange(control.path, list.value));
      return list;
    }
    const type = control.kind === "switch" ? "checkbox" : "text";
    const box = /** @type {HTMLInputElement} */ (el("input", { type }));
    if (control.kind === "number") box.inputMode = "decimal";
    if (control.kind === "switch") {
      box.addEventListener("change", () => this.onChange(control.path, box.checked));
      return box;
    }
    box.addEventListener("change", () => {
      const text = box.value.trim();
      const isNumber = control.kind === "number" && text !== "" && Number.isFinite(Number(text));
      this.onChange(control.path, isNumber ? Number(text) : text);
    });
    if (control.kind === "number") {
      const slider = /** @type {HTMLInputElement} */ (el("input", { type: "range", min: 0, step: 1,
        "aria-label": `${control.path}, slider` }));
      slider.addEventListener("input", () => {
        const value = this.stops[Number(slider.value)];
        box.value = String(value);
        slider.setAttribute("aria-valuetext", `${number(value)} ${control.unit}`);
        this.onChange(control.path, value);
      });
      this.slider = slider;
    }
    return box;
  }

  /**
   * The values of an axis, with commas between them.
   * @returns {HTMLInputElement}
   */
  makeList() {
    const { path } = this.control;
    const box = /** @type {HTMLInputElement} */ (el("input", { type: "text" }));
    box.addEventListener("change", () => {
      const texts = box.value.split(",").map((text) => text.trim()).filter(Boolean);
      this.onChange(`sweep.${path}`, texts.map((text) => (Number.isFinite(Number(text)) ? Number(text) : text)));
    });
    return box;
  }

  /**
   * @param {Control} control as the newest state has it
   * @param {boolean} isSet whether the page has set it
   */
  update(control, isSet) {
    const key = JSON.stringify([control, isSet]);
    if (key === this.shown) return;
    this.shown = key;
    const { box, slider } = this;
    this.control = control;
    const mine = document.activeElement === box || document.activeElement === slider;
    if (box instanceof HTMLInputElement && box.type === "checkbox") box.checked = Boolean(control.value);
    else if (!mine) box.value = control.swept ? control.swept.join(", ") : String(control.value);
    if (slider && !mine) {
      this.stops = stopsOf(control);
      slider.max = String(this.stops.length - 1);
      slider.value = String(this.stops.indexOf(Number(control.value)));
      slider.setAttribute("aria-valuetext", `${number(Number(control.value))} ${control.unit}`);
    }
    const off = (control.varies && !control.swept) || (control.idle !== undefined && !isSet);
    box.disabled = off;
    if (slider) slider.disabled = off;
    this.element.classList.toggle("set", isSet);
    this.why.textContent = off && control.varies ? "each curve sets it" : control.idle === undefined || isSet ? ""
      : `only if ${control.idle}`;
    box.removeAttribute("aria-invalid");
  }

  /**
   * @param {string} path of a parameter
   * @returns {boolean}
   */
  isOf(path) {
    const { section, name } = this.control;
    return path === (section ? `${section}.${name}` : name);
  }

  /** @param {string} what */
  refuse(what) {
    this.shown = "";
    this.box.setAttribute("aria-invalid", "true");
    this.why.textContent = what;
  }
}

/** All of them: the first ones open, the others by their sections. */
export class Controls {
  /**
   * @param {HTMLElement} first
   * @param {HTMLElement} more
   * @param {(path: string, value: Setting) => void} onChange
   */
  constructor(first, more, onChange) {
    this.first = first;
    this.more = more;
    this.onChange = onChange;
    /** @type {Map<string, ControlField>} */
    this.fields = new Map();
  }

  /**
   * @param {Control[]} controls
   * @param {Record<string, Setting>} set
   */
  show(controls, set) {
    if (!this.fields.size) this.make(controls);
    for (const control of controls) {
      this.fields.get(control.path)?.update(control, control.path in set || `sweep.${control.path}` in set);
    }
  }

  /** @param {Control[]} controls */
  make(controls) {
    /** @type {Map<string, HTMLElement[]>} */
    const sections = new Map();
    const ofCurves = new Set(controls.filter(({ curve }) => curve).map(({ section, name }) => (section
      ? `${section}.${name}` : name)));
    for (const control of controls) {
      const path = control.section ? `${control.section}.${control.name}` : control.name;
      if (!control.curve && ofCurves.has(path)) continue; // those of the curves stand for it
      const made = new ControlField(control, this.onChange);
      this.fields.set(control.path, made);
      if (FIRST.includes(path)) continue;
      sections.set(control.section, [...(sections.get(control.section) ?? []), made.element]);
    }
    for (const path of FIRST) {
      for (const one of this.fields.values()) if (one.isOf(path)) this.first.append(one.element);
    }
    for (const [name, elements] of sections) {
      this.more.append(el("details", {}, el("summary", {}, name || "more"), ...elements));
    }
  }

  /**
   * @param {string} path a fault's, "$.guest.vcpus"
   * @param {string} what
   */
  refuse(path, what) {
    const plain = path.replace(/^\$\.(sweep\.)?/, "");
    this.fields.get(plain)?.refuse(what);
  }
}
