export type {
  DemoReport,
  DemoSeries,
  KnobResult,
  Machine,
  Measured,
  ObjectiveResult,
  ProcessResult,
  RealPart,
  RequirementResult,
  RunPair,
  RunSummary,
  TaskCounts,
  TimePoint,
  TrialMargin,
  TrialResult,
} from './demo-report.ts';
export { countByGroup, type FateGroup, fateGroupOf, fateGroups } from './fate-groups.ts';
export {
  formatAchieved,
  formatAgainstBound,
  formatChange,
  formatNumber,
  formatPercent,
  formatQuantity,
  formatSeconds,
  formatSetting,
  plural,
} from './format.ts';
export { renderHeroSvg } from './hero-svg.ts';
export { renderReportHtml } from './html/page.ts';
export { requiredText, subjectOf, withSigns } from './requirement-text.ts';
export { verdictSentence } from './verdict.ts';
export {
  findUnwritable,
  type ReportPaths,
  renderReportJson,
  type WrittenFile,
  writeReport,
} from './write-report.ts';
