// What Python (analysis/page/charts.py) gives to the page. Arrays beside each other are columns of one table.

export interface Axis {
  name: string;
  label: string;
  values: (number | string)[]; // in the order of the axis
  texts: string[]; // of the values
  logarithmic: boolean; // as it is first shown
}

export interface Curve {
  name: string;
  label: string;
  look: number;
}

export interface Points {
  curve: number[]; // position among the curves
  at: number[][]; // for each axis the position among its values
  state: string[]; // empty, or why a point is not to be trusted
}

export interface Values {
  mean: (number | null)[];
  half: (number | null)[]; // of the 95 % interval
  seeds?: (number | null)[][]; // by point, in the order of its seeds
  published?: (number | null)[];
  error_percent?: (number | null)[]; // of the mean against what is published
  bound?: (number | null)[]; // no run can be above
  low?: (number | null)[]; // 90 % band of the model
  high?: (number | null)[];
  predicted?: (number | null)[]; // without simulation
}

export interface Metric {
  column: string;
  label: string;
  unit: string;
  logarithmic: boolean;
  values: Values;
}

export interface CurvesChart {
  kind: "curves";
  title: string;
  axes: Axis[];
  curves: Curve[];
  points: Points;
  seeds?: number[][]; // by point
  metrics: Metric[];
  published: string; // what the open markers are
  level: number | null; // a line that curves are read against
}

export interface Part {
  name: string;
  group: string;
  colour: string;
}

export interface Measure {
  column: string;
  label: string;
  unit: string;
  values: (number | null)[][]; // by part, then by point
}

export interface StackChart {
  kind: "stack";
  title: string;
  axes: Axis[];
  curves: Curve[];
  points: Points;
  parts: Part[];
  measures: Measure[];
}

export type Chart = CurvesChart | StackChart;

// What `vqlab explore` tells its page: analysis/explore/engine.hpp.

export type Setting = boolean | number | string | (number | string)[];

export interface Control {
  path: string;
  section: string;
  name: string;
  help: string;
  unit: string;
  kind: "switch" | "choice" | "number" | "text";
  value: Setting;
  varies: boolean; // the curves or the axis give it several values
  curve?: string; // the one that the path is of
  swept?: string[]; // the values that an axis gives it
  idle?: string; // what would have to be so for it to have an effect
  choices?: string[];
  whole?: boolean;
  range?: [number, number];
  plausible?: [number, number];
}

export interface ExploredStudy {
  title: string;
  notes: string[];
  axes: Axis[];
  curves: Curve[];
  points: Points;
  published: { metric: string; source: string; values: (number | null)[] } | null;
  predicted: { columns?: Record<string, (number | null)[]>; why_not?: string };
}

export interface StageOfPoint {
  stage: string;
  latency_us: number | null;
  queueing_us: number | null;
}

export interface ShareOfPath {
  resource: string;
  words: string;
  share: number | null;
}

export interface Help {
  point: number;
  kind: "mechanism" | "cost" | "resource";
  name: string;
  words: string;
  percent: number;
  half: number | null;
}

// One message; which members it has says what it is.
export interface Heard {
  state: number;
  faults?: { file: string; path: string; found: string; accepted: string }[];
  study?: ExploredStudy;
  controls?: Control[];
  point?: number;
  rough?: boolean;
  failed?: string;
  values?: Record<string, [number | null, number | null]>;
  stages?: StageOfPoint[];
  why?: number; // the point that the path is of
  path?: ShareOfPath[];
  done?: "rough" | "precise";
  help?: Help;
  helped?: number;
  scenario?: object;
}
