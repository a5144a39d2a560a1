import { formatNumber } from '../../core/spec/describe.ts';
import { formatShare } from '../../core/tune/explanation-text.ts';
import type { Message } from '../../ros/index.ts';
import { renderTable, type Style, wrap } from '../terminal/index.ts';

/** How what became of a knob is shown: confirmed, held but not to be seen in the window, anything else in words. */
const verdictMarks: Record<string, string> = { confirmed: '✓', accepted: '·' };

/** Explains the marks, once above all trials. */
export const legend =
  'knobs: ✓ its effect was measured, · the target holds the value, ✗ neither; requirements: ✓ met, ✗ broken, and the distance to the bound';

const indent = '    ';

/** How a finished trial went in a few words, from its trimtab_msgs/Trial. */
export function headline(trial: Message, isBest: boolean): string {
  const required = trial.margins.filter(({ kind }: Message) => kind === 'requirement');
  const missed = required.filter(({ met }: Message) => !met).length;
  const words = [trial.feasible ? 'all met' : `misses ${missed} of ${required.length}`];
  if (trial.cut_short) words.push('cut short');
  words.push(`score ${trial.score.toFixed(3)}`);
  if (isBest) words.push('the best so far');
  return words.join(', ');
}

/** Why a trial was made, its settings with their verdicts, and what was measured. */
export function trialDetails(trial: Message, { width, style }: { width: number; style: Style }): string[] {
  const settings = trial.verdicts.map(({ name, requested, outcome }: Message) => {
    const mark = verdictMarks[outcome];
    return `${name} ${shortened(requested)} ${mark ?? `✗ ${outcome}`}`;
  });
  const measured = trial.margins.map(marginText);
  const block = (texts: string[], paint: (text: string) => string) =>
    wrap(texts.join('; '), width - indent.length).map((line) => indent + paint(line));
  return [
    ...block([`why: ${trial.reason}`], style.dim),
    ...block(settings, (line) => line),
    ...block(measured, trial.feasible ? style.good : style.bad),
  ];
}

/** What came of a search: knobs before and now, and what was measured last. */
export function resultTables({ configuration, before, margins }: Message, width: number): string[] {
  const held = valuesOf(before);
  const knobs = configuration.map(({ name, value }: Message) => [
    name,
    shortened(held.get(name) ?? ''),
    shortened(value),
  ]);
  const rows = margins.map((margin: Message) => [
    margin.kind === 'requirement' ? (margin.met ? '✓' : '✗') : '',
    margin.name,
    quantity(margin),
    margin.required,
    Number.isNaN(margin.margin) ? '' : formatShare(margin.margin),
    sureness(margin),
  ]);
  const tables = [];
  if (knobs.length > 0)
    tables.push(
      renderTable({
        columns: [
          { header: 'knob', flexible: true },
          { header: 'before', align: 'right' },
          { header: 'now', align: 'right' },
        ],
        rows: knobs,
        width,
      }),
    );
  if (rows.length > 0)
    tables.push(
      renderTable({
        columns: [
          { header: '' },
          { header: 'requirement or objective', flexible: true },
          { header: 'measured', align: 'right' },
          { header: 'required' },
          { header: 'margin', align: 'right' },
          { header: 'sure', align: 'right' },
        ],
        rows,
        width,
      }),
    );
  return tables;
}

/** What a cancelled or failed search left: whether every knob holds again what it held before. */
export function describePutBack({ configuration, before }: Message): string {
  const held = valuesOf(before);
  if (held.size === 0) return 'nothing was changed';
  const now = valuesOf(configuration);
  const different = [...held].filter(([name, value]) => now.get(name) !== value);
  if (different.length === 0) {
    const settings = [...held].map(([name, value]) => `${name} ${shortened(value)}`);
    return `put back: ${settings.join(', ')}`;
  }
  const found = different.map(
    ([name, value]) => `${name} is ${now.get(name) ?? 'not to be read'}, was ${value}`,
  );
  return `NOT put back: ${found.join(', ')}; once its node runs, call ~/rollback of the tuner`;
}

function valuesOf(settings: Message[]): Map<string, string> {
  return new Map(settings.map(({ name, value }) => [name, value]));
}

function marginText(margin: Message): string {
  if (margin.kind !== 'requirement') return `${margin.name} ${quantity(margin)}`;
  const share = Number.isNaN(margin.margin) ? '' : ` (${formatShare(margin.margin)})`;
  const sure = sureness(margin);
  return `${margin.met ? '✓' : '✗'} ${margin.name}: ${quantity(margin)}${share}${sure && `, ${sure} sure`}`;
}

/** How sure the window is of a percentile that is met. */
function sureness({ met, confidence }: Message): string {
  return met && !Number.isNaN(confidence) ? `${Math.floor(confidence * 100)} %` : '';
}

/** What was measured or is believed of a quantity, in its unit. */
export function quantity({ measured, unit }: Message): string {
  return Number.isNaN(measured) ? 'not measured' : `${formatNumber(measured)} ${unit}`;
}

/** A knob's value for people; values go over the wire with all their digits. */
export function shortened(value: string): string {
  const number = Number(value);
  return value.trim() !== '' && Number.isFinite(number) ? formatNumber(number) : value;
}
