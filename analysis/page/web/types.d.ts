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
