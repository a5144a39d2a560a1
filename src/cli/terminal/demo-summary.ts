import {
  countByGroup,
  type DemoReport,
  formatAchieved,
  formatAgainstBound,
  formatChange,
  formatNumber,
  formatPercent,
  formatQuantity,
  formatSeconds,
  formatSetting,
  type Measured,
  plural,
  type RequirementResult,
  requiredText,
  subjectOf,
  verdictSentence,
  type WrittenFile,
  withSigns,
} from '../../io/report/index.ts';
import { createStyle, type Style } from './style.ts';
import { type Cell, renderTable } from './table.ts';
import { wrap } from './text-width.ts';

/**
 * What the demo came to, for the end of its output: requirements and objectives with default, tuned and
 * required, the drone, the knobs, tasks by fate, the files written, and the verdict as the last line.
 * No wider than `width` columns (at least 60); ends with a newline.
 */
export function renderDemoSummary(
  report: DemoReport,
  options: { colour: boolean; width: number; files?: readonly WrittenFile[] },
): string {
  const { width, files = [] } = options;
  const style = createStyle(options.colour);
  const blocks = [
    resultTable({ report, style, width }),
    knobTable({ report, style, width }),
    taskTable({ report, style, width }),
    closing({ report, style, width, files }),
  ];
  return `\n${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

type Block = { report: DemoReport; style: Style; width: number };

function resultTable({ report, style, width }: Block): string {
  const heading = (...titles: string[]): Cell[] => titles.map((text) => ({ text, paint: style.bold }));
  const error = report.tracking_error_m;
  const lost = [report.default.lost_fraction, report.tuned.lost_fraction] as const;
  const rows: Cell[][] = [
    heading('Requirements', 'required', 'default', 'tuned', 'change'),
    ...report.requirements.map((row) => [
      subjectOf(row),
      requiredText(row),
      judged({ row, value: row.default, met: row.met_by_default, style }),
      judged({ row, value: row.tuned, met: row.met_by_tuned, style }),
      dimmed(formatChange(row.default, row.tuned), style),
    ]),
    [],
    heading('Objectives', 'weight', 'default', 'tuned', 'change'),
    ...report.objectives.map((row) => [
      withSigns(row.name),
      `${row.direction} × ${row.weight}`,
      formatQuantity(row.default, row.unit),
      formatQuantity(row.tuned, row.unit),
      dimmed(formatChange(row.default, row.tuned), style),
    ]),
    [],
    heading('Drone', '', 'default', 'tuned', 'change'),
    [
      'mean tracking error',
      '',
      formatQuantity(error.default, 'm'),
      formatQuantity(error.tuned, 'm'),
      dimmed(formatChange(error.default, error.tuned), style),
    ],
    ['person out of the picture', '', formatPercent(lost[0]), formatPercent(lost[1]), ''],
  ];
  return renderTable({
    columns: [
      { header: '', flexible: true },
      { header: '', align: 'right' },
      { header: '', align: 'right' },
      { header: '', align: 'right' },
      { header: '', align: 'right' },
    ],
    rows,
    width,
  });
}

function knobTable({ report, style, width }: Block): string {
  if (report.knobs.length === 0) return '';
  return renderTable({
    columns: [
      { header: 'Knobs', flexible: true },
      { header: 'default', align: 'right', flexible: true },
      { header: 'tuned', align: 'right', flexible: true },
      { header: 'achieved', align: 'right', flexible: true },
      { header: 'verdict' },
    ],
    rows: report.knobs.map((knob) => [
      knob.name,
      formatSetting(knob.default, knob.unit),
      formatSetting(knob.tuned, knob.unit),
      formatAchieved(knob.achieved, knob.unit),
      { text: knob.verdict, paint: knob.verdict === 'confirmed' ? style.good : style.warn },
    ]),
    width,
    paintHeader: style.bold,
  });
}

function taskTable({ report, style, width }: Block): string {
  const { created, pending, fates } = report.tasks;
  const counts = countByGroup(report.tasks);
  const share = (count: number) => dimmed(created > 0 ? formatPercent(count / created) : '', style);
  const byName = [...Object.entries(fates).sort(([, a], [, b]) => b - a), ['pending', pending] as const];
  return renderTable({
    columns: [
      { header: 'Tasks by fate', flexible: true },
      { header: 'tasks', align: 'right' },
      { header: 'share', align: 'right' },
    ],
    rows: [
      ...byName.filter(([, count]) => count > 0).map(([fate, count]) => [fate, String(count), share(count)]),
      ['created', String(created), ''],
      ['of these on time', String(counts.edge + counts.cloud), share(counts.edge + counts.cloud)],
      ['utility', formatNumber(report.utility), ''],
    ],
    width,
    paintHeader: style.bold,
  });
}

function closing(options: Block & { files: readonly WrittenFile[] }): string {
  const { report, style, width, files } = options;
  const seconds = report.phases.reduce((sum, phase) => sum + phase.seconds, 0);
  const modelled = report.real.filter((part) => !part.real).map((part) => part.part);
  const facts = [
    `${plural(report.trials, 'trial')}, ${formatSeconds(seconds)} in all; repeat with ${report.command}`,
    modelled.length > 0 ? `Modelled, not real: ${modelled.join(', ')}.` : 'Every part was real.',
  ].flatMap((fact) => wrap(fact, width));
  const places = files.map(({ what, path }) => `${what.padEnd(7)} ${style.accent(path)}`);
  const paint = report.tuned.met ? style.good : style.bad;
  const verdict = wrap(`${report.tuned.met ? 'PASS' : 'FAIL'}: ${verdictSentence(report)}`, width).map(paint);
  return [...facts.map(style.dim), ...places, '', ...verdict].join('\n');
}

function judged(options: { row: RequirementResult; value: Measured; met: boolean; style: Style }): Cell {
  const { row, value, met, style } = options;
  const text = `${met ? '✓' : '✗'} ${formatAgainstBound(value, row.bound, row.unit)}`;
  return { text, paint: met ? style.good : style.bad };
}

function dimmed(text: string, style: Style): Cell {
  return { text, paint: style.dim };
}
