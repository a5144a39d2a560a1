/**
 * Colours and chart styles, shared by the report page and by figures that stand alone. Series colours are
 * from Okabe and Ito's palette for colour-blind readers (lighter in the dark); dashes and marks tell the
 * series apart without colour.
 */
export const chartColours = `
  --surface: #ffffff; --page: #f5f6f8; --ink: #1a2029; --muted: #5b6573; --grid: #e3e6eb; --line: #c9ced6;
  --default: #d55e00; --tuned: #0072b2; --good: #067a57; --bad: #c0341d; --warn: #8a5a00; --shade: #6b7280;
  --edge: #009e73; --cloud: #56b4e9; --late: #e69f00; --dropped: #8b5f7d;`;

/** The same names for a dark page. */
export const darkChartColours = `
  --surface: #171b22; --page: #0f1217; --ink: #e8ebf0; --muted: #9ba5b4; --grid: #262c36; --line: #3c4552;
  --default: #ff8a3d; --tuned: #56b4e9; --good: #35c796; --bad: #ff7a66; --warn: #f0b84a; --shade: #9aa4b2;
  --edge: #159c76; --cloud: #4aa3dd; --late: #e8a52c; --dropped: #a97b9b;`;

/** CSS rules of every chart. */
export const chartRules = `
  .chart { font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; font-size: 12px; font-variant-numeric: tabular-nums; }
  .chart text { fill: var(--muted); }
  .chart .strong { fill: var(--ink); font-weight: 600; }
  .chart .grid { stroke: var(--grid); stroke-width: 1; shape-rendering: crispEdges; }
  .chart .axis { stroke: var(--line); stroke-width: 1; shape-rendering: crispEdges; }
  .chart .band { fill: var(--shade); fill-opacity: 0.13; }
  .chart .band-label { font-size: 11px; }
  .chart .bound { stroke: var(--ink); stroke-width: 1.25; stroke-dasharray: 2 3; }
  .chart .bound-label { fill: var(--ink); font-size: 11px; paint-order: stroke; stroke: var(--surface); stroke-width: 3px; stroke-linejoin: round; }
  .chart .series { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
  .chart .series.default { stroke: var(--default); stroke-dasharray: 6 4; }
  .chart .series.tuned { stroke: var(--tuned); stroke-width: 2.5; }
  .chart .dot.default { fill: var(--default); }
  .chart .dot.tuned { fill: var(--tuned); }
  .chart .bar.edge { fill: var(--edge); } .chart .bar.cloud { fill: var(--cloud); }
  .chart .bar.late { fill: var(--late); } .chart .bar.dropped { fill: var(--dropped); }
  .chart .feasible { fill: var(--tuned); stroke: var(--surface); stroke-width: 1.5; }
  .chart .infeasible { fill: none; stroke: var(--default); stroke-width: 2.25; stroke-linecap: round; }
  .chart .chosen { fill: none; stroke: var(--tuned); stroke-width: 1.75; }
  .chart .best-so-far { fill: none; stroke: var(--line); stroke-width: 1.5; }
  .chart .probe rect { fill: transparent; }
  .chart .probe line { stroke: none; }
  .chart .probe:hover line { stroke: var(--muted); stroke-width: 1; }
  .chart .track { fill: var(--grid); } .chart .allowed { fill: var(--good); fill-opacity: 0.22; }
  .gauge-default { fill: var(--surface); stroke: var(--default); stroke-width: 2.25; }
  .gauge-tuned { fill: var(--tuned); stroke: var(--surface); stroke-width: 1.5; }
  .chart .tick-bound { stroke: var(--ink); stroke-width: 2; }`;
