// The page that `vqlab report` writes: each chart in its place, and light colours on paper.
import { CurvesPanel } from "./curves.js";
import { StackPanel } from "./stack.js";
import { forPrint } from "./theme.js";

/** @type {Record<string, import("./types.js").Chart>} */
const charts = JSON.parse(document.getElementById("charts")?.textContent ?? "{}");
for (const [id, chart] of Object.entries(charts)) {
  const host = document.getElementById(id);
  if (!host) continue;
  if (chart.kind === "curves") new CurvesPanel(host, chart);
  else new StackPanel(host, chart);
}

addEventListener("beforeprint", () => forPrint(true));
addEventListener("afterprint", () => forPrint(false));
document.documentElement.classList.add("ready");
