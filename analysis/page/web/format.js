// Numbers as a reader sees them. No number is computed here.

/**
 * Four digits, and all of a whole number.
 * @param {number | null} value
 * @returns {string}
 */
export function number(value) {
  if (value === null) return "\u2013";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 1000) return value.toFixed(0).replace("-", "\u2212");
  const text = size < 1e-4 ? value.toExponential(2) : value.toPrecision(4);
  return (text.includes("e") ? text : text.replace(/\.?0+$/, "")).replace("-", "\u2212");
}

/**
 * @param {number | null} value
 * @param {number | null} half half of the width of the 95 % interval
 * @param {string} unit
 * @returns {string}
 */
export function estimate(value, half, unit) {
  const interval = half === null ? "" : ` \u00b1 ${two(half)}`;
  return `${number(value)}${interval}${unit ? ` ${unit}` : ""}`;
}

/**
 * @param {number} half
 * @returns {string}
 */
function two(half) {
  if (half === 0) return "0";
  return half >= 100 ? half.toFixed(0) : String(Number(half.toPrecision(2)));
}

/**
 * @param {number} percent
 * @returns {string}
 */
export function signed(percent) {
  const text = Math.abs(percent) < 10 ? percent.toFixed(1) : percent.toFixed(0);
  return (percent < 0 ? text.replace("-", "\u2212") : `+${text}`) + "\u00a0%";
}
