// Elements of the page. Texts become text nodes, whatever is in them: nothing here parses HTML.

/**
 * @param {string} tag
 * @param {Record<string, string | number | boolean>} [attributes] true: present; false: left out
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false) made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...Node} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/**
 * A choice with its label in front.
 * @param {string} label
 * @param {{value: string, text: string}[]} options
 * @param {string} chosen
 * @param {(value: string) => void} onChange
 * @returns {HTMLElement}
 */
export function choice(label, options, chosen, onChange) {
  const select = /** @type {HTMLSelectElement} */ (el("select"));
  for (const { value, text } of options) select.append(el("option", { value, selected: value === chosen }, text));
  select.addEventListener("change", () => onChange(select.value));
  return el("label", { class: "control" }, label, " ", select);
}

/**
 * @param {string} label
 * @param {boolean} on
 * @param {boolean} possible
 * @param {(on: boolean) => void} onChange
 * @returns {HTMLElement}
 */
export function tick(label, on, possible, onChange) {
  const box = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox", disabled: !possible }));
  box.checked = on && possible;
  box.addEventListener("change", () => onChange(box.checked));
  return el("label", { class: "control" }, box, " ", label);
}

/**
 * @param {string} label
 * @param {() => void} onClick
 * @returns {HTMLElement}
 */
export function button(label, onClick) {
  const made = el("button", { type: "button" }, label);
  made.addEventListener("click", onClick);
  return made;
}
