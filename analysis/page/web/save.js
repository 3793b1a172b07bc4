// Files that a reader takes away: CSV of what a chart shows, PNG of the chart, and JSON.

/**
 * @param {string} name
 * @param {Blob} content
 */
function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/**
 * @param {string} text
 * @returns {string} as a part of a file's name
 */
function plain(text) {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_|_$/g, "").slice(0, 60) || "chart";
}

/**
 * @param {string} name
 * @param {(string | number | null)[][]} lines the first is the heading
 */
export function saveCsv(name, lines) {
  const cell = (/** @type {string | number | null} */ value) => {
    const text = value === null ? "" : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  save(`${plain(name)}.csv`, new Blob([lines.map((line) => `${line.map(cell).join(",")}\n`).join("")],
    { type: "text/csv" }));
}

/**
 * @param {string} name
 * @param {object} value
 */
export function saveJson(name, value) {
  save(`${plain(name)}.json`, new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: "application/json" }));
}

/**
 * @typedef {object} LegendEntry
 * @property {string} text
 * @property {(context: CanvasRenderingContext2D, x: number, y: number, scale: number) => void} draw
 *   a sample that is 36 wide, with y as its middle
 */

/**
 * @param {string} title
 * @param {HTMLCanvasElement} chart
 * @param {LegendEntry[]} legend
 * @param {{ink: string, paper: string}} colours
 */
export function savePng(title, chart, legend, colours) {
  const scale = devicePixelRatio;
  const drawn = document.createElement("canvas");
  const measure = drawn.getContext("2d");
  if (!measure) return;
  const font = `${13 * scale}px system-ui, sans-serif`;
  measure.font = font;
  /** @type {{entry: LegendEntry, x: number, row: number}[]} */
  const placed = [];
  let x = 12 * scale;
  let row = 0;
  for (const entry of legend) {
    const width = 44 * scale + measure.measureText(entry.text).width + 20 * scale;
    if (x > 12 * scale && x + width > chart.width) {
      x = 12 * scale;
      row += 1;
    }
    placed.push({ entry, x, row });
    x += width;
  }
  const top = 34 * scale;
  drawn.width = chart.width;
  drawn.height = chart.height + top + (row + 1) * 20 * scale + 8 * scale;
  const context = /** @type {CanvasRenderingContext2D} */ (drawn.getContext("2d"));
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, drawn.width, drawn.height);
  context.textBaseline = "middle";
  context.fillStyle = colours.ink;
  context.font = `600 ${15 * scale}px system-ui, sans-serif`;
  context.fillText(title, 12 * scale, top / 2, drawn.width - 24 * scale);
  context.drawImage(chart, 0, top);
  context.font = font;
  for (const one of placed) {
    const middle = top + chart.height + (one.row * 20 + 10) * scale;
    one.entry.draw(context, one.x, middle, scale);
    context.fillStyle = colours.ink;
    context.fillText(one.entry.text, one.x + 44 * scale, middle);
  }
  drawn.toBlob((content) => content && save(`${plain(title)}.png`, content), "image/png");
}
