import { chartColours, chartRules, darkChartColours } from '../svg/style.ts';

/** The report page's style sheet: light or dark as the reader's system is, plain on paper. */
export const pageStyle = `
:root { color-scheme: light dark; ${chartColours} }
@media screen and (prefers-color-scheme: dark) { :root { ${darkChartColours} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 1128px; margin: 0 auto; padding: 32px 24px 48px; }
h1 { font-size: 27px; line-height: 1.25; letter-spacing: -0.01em; margin: 10px 0 8px; text-wrap: balance; }
h2 { font-size: 16px; margin: 0 0 2px; }
p { margin: 0; } .muted, figcaption, .note { color: var(--muted); }
.eyebrow { display: flex; align-items: center; gap: 10px; font-size: 13px; color: var(--muted); }
.eyebrow b { color: var(--ink); }
.pill { display: inline-block; border: 1px solid currentColor; border-radius: 99px; padding: 0 9px; font-size: 12px; line-height: 20px; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 22px 0 12px; }
.tile, .card { background: var(--surface); border: 1px solid var(--grid); border-radius: 8px; }
.tile { padding: 12px 16px 13px; } .tile .name { font-size: 13px; color: var(--muted); }
.tile .value { font-size: 27px; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; }
.tile .detail { font-size: 13px; color: var(--muted); }
.card { padding: 16px 20px 18px; margin: 12px 0; break-inside: avoid; }
.pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px; } .pair .card { margin: 0; }
.note { font-size: 13px; margin-bottom: 10px; max-width: 110ch; }
.scroll { overflow-x: auto; } .scroll > svg { display: block; width: 100%; height: auto; }
.scroll > .wide { min-width: 720px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { padding: 7px 10px; text-align: left; vertical-align: top; border-top: 1px solid var(--grid); }
thead th { font-size: 12px; font-weight: 600; color: var(--muted); border-top: 0; padding-top: 4px; white-space: nowrap; }
tbody th { font-weight: 500; } tbody.group th[scope=rowgroup] { font-size: 12px; font-weight: 600; color: var(--muted); padding-top: 14px; }
tr > :first-child { padding-left: 0; } tr > :last-child { padding-right: 0; }
.number { text-align: right; white-space: nowrap; } .mark { font-weight: 700; padding-right: 5px; }
.gauges { width: 212px; } .scroll .gauge { display: block; width: 200px; height: auto; margin: 0 0 0 12px; }
.parts th { width: 22%; white-space: nowrap; } .parts td:nth-child(2) { width: 110px; }
.narrow { max-width: 420px; }
.small td, .small th { font-size: 13px; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 13px; }
pre { margin: 6px 0 14px; padding: 10px 14px; background: var(--page); border: 1px solid var(--grid); border-radius: 6px; overflow-x: auto; }
summary { cursor: pointer; font-weight: 600; font-size: 14px; margin-top: 10px; }
.strip { display: flex; gap: 2px; margin: 8px 0 6px; height: 12px; border-radius: 4px; overflow: hidden; }
.strip span { background: var(--line); min-width: 2px; }
.strip span:nth-child(even) { background: var(--muted); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 3px 18px; margin: 0; font-size: 14px; }
.facts dt { color: var(--muted); } .facts dd { margin: 0; }
@media screen and (max-width: 860px) { .tiles { grid-template-columns: 1fr 1fr; } .pair { grid-template-columns: minmax(0, 1fr); } main { padding: 20px 14px; } .card { padding: 14px; } }
@media print { @page { margin: 12mm; } body { background: none; font-size: 12px; } main { max-width: none; padding: 0; }
  h1 { font-size: 22px; } .tiles { gap: 8px; margin: 12px 0 8px; } .tile .value { font-size: 20px; } .tile, .card { border-color: #bbb; padding: 9px 12px; }
  table, .small td, .small th, .facts, .note, .tile .detail, .tile .name { font-size: 11px; } th, td { padding: 4px 7px; }
  .scroll { overflow: visible; } .scroll > .wide { min-width: 0; } .gauges { width: 132px; } .scroll .gauge { width: 120px; }
  details:not([open]) { display: none; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
${chartRules}`;
