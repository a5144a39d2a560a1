export { renderDemoSummary } from './demo-summary.ts';
export { ProgressLine } from './progress-line.ts';
export { createStyle, type Output, type Style, wantsColour, widthOf } from './style.ts';
export { type Cell, type Column, renderTable } from './table.ts';
export { pad, textWidth, truncate, wrap } from './text-width.ts';
