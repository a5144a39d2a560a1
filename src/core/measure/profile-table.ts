import type { Configuration, Verdict } from '../knobs/knob.ts';
import type { SweepDesign, SweepStep, SweptKnob } from '../knobs/sweep.ts';
import { accept, type Refusal, type Result, refuse } from '../refusal.ts';

const format = 'trimtab-profile-table-1';

/** What a table was made for; its first line. Two tables are of one sweep when these agree. */
export type ProfileTableHead = {
  format: typeof format;
  /** The swept knobs with their units and values. */
  swept: (SweptKnob & { unit: string })[];
  design: SweepDesign;
  repeats: number;
  settleMs: number;
  windowMs: number;
  /** What every knob of the spec held when the sweep began, the swept ones included. */
  found: Configuration;
};

/** One setting, once: what became of each knob, and what was measured with it. */
export type ProfileRow = SweepStep & {
  verdicts: { name: string; requested: string; verdict: Verdict }[];
  /** When the measured window ended, in milliseconds of the profiler's clock. */
  endMs: number;
  /** Length of the window in milliseconds; 0 where a target refused its value and nothing was measured. */
  windowMs: number;
  /** What was measured, by `metricName`; what could not be measured is left out. */
  metrics: Record<string, number>;
};

/** A whole profile table, as models can be fitted to it. */
export type ProfileTable = { head: ProfileTableHead; rows: ProfileRow[] };

/** The first line of a table. */
export function profileTableHead(sweep: Omit<ProfileTableHead, 'format'>): ProfileTableHead {
  return { format, ...sweep };
}

/** What tells one visit of a sweep from all others. */
export function stepKey({ settings, repeat }: SweepStep): string {
  return JSON.stringify([repeat, ...Object.entries(settings)]);
}

/**
 * Reads the records of a table, one a line of its file. Refuses with TT_TABLE what is no table, or one of
 * another version, and names the line of a row that is none.
 */
export function readTableRecords(records: readonly unknown[], file: string): Result<ProfileTable> {
  const [head, ...rows] = records;
  if (!isHead(head)) {
    const found = JSON.stringify(head)?.slice(0, 60) ?? 'nothing';
    const accepted = `a file that begins with {"format":"${format}"`;
    return refuse({ code: 'TT_TABLE', reason: `${file} is no profile table.`, found, accepted });
  }
  const refusals = rows.flatMap((row, i): Refusal[] => {
    if (isRow(row, head)) return [];
    const place = { file, line: i + 2, column: 1 };
    const reason = 'This is no row of the table.';
    return [{ code: 'TT_TABLE', reason, place, found: JSON.stringify(row).slice(0, 60) }];
  });
  return refusals.length > 0 ? refuse(...refusals) : accept({ head, rows: rows as ProfileRow[] });
}

function isHead(value: unknown): value is ProfileTableHead {
  return isRecord(value) && value.format === format && Array.isArray(value.swept) && isRecord(value.found);
}

function isRow(value: unknown, { swept }: ProfileTableHead): value is ProfileRow {
  if (!isRecord(value)) return false;
  const { settings, metrics, verdicts, repeat, endMs, windowMs } = value;
  return (
    isRecord(settings) &&
    swept.every(({ name }) => Object.hasOwn(settings, name)) &&
    isRecord(metrics) &&
    Object.values(metrics).every((metric) => typeof metric === 'number') &&
    Array.isArray(verdicts) &&
    [repeat, endMs, windowMs].every((number) => typeof number === 'number')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Why a table cannot be continued by a sweep (TT_TABLE), or undefined when it can. */
export function otherSweep(
  table: ProfileTableHead,
  wanted: ProfileTableHead,
  file: string,
): Refusal | undefined {
  const differing = (['swept', 'design', 'repeats', 'settleMs', 'windowMs'] as const).find(
    (part) => JSON.stringify(table[part]) !== JSON.stringify(wanted[part]),
  );
  if (differing !== undefined) return difference(file, differing, table[differing], wanted[differing]);
  // A grid sets the swept knobs in every row; one at a time they are varied around what was found.
  const free = new Set(wanted.design === 'grid' ? wanted.swept.map(({ name }) => name) : []);
  const moved = Object.keys(wanted.found).find(
    (name) => !free.has(name) && name in table.found && table.found[name] !== wanted.found[name],
  );
  return moved === undefined ? undefined : difference(file, moved, table.found[moved], wanted.found[moved]);
}

function difference(file: string, what: string, had: unknown, has: unknown): Refusal {
  return {
    code: 'TT_TABLE',
    reason: `${file} is the table of another sweep: its ${what} is ${JSON.stringify(had)}.`,
    found: `${what} ${JSON.stringify(has)}`,
    accepted: 'the same sweep, or another file',
  };
}

/**
 * A table as CSV, for spreadsheets and data frames: a row a visit; the knobs first, each with what was achieved and
 * its outcome, then the times in seconds, then every metric that any row has. A cell is empty where it was not measured.
 */
export function profileTableCsv({ head, rows }: ProfileTable): string {
  const knobs = head.swept.map(({ name }) => name);
  const metrics = [...new Set(rows.flatMap((row) => Object.keys(row.metrics)))];
  const header = [
    ...knobs.flatMap((name) => [name, `${name} achieved`, `${name} outcome`]),
    'repeat',
    'end_s',
    'window_s',
    ...metrics,
  ];
  const lines = rows.map((row) => [
    ...knobs.flatMap((name) => [row.settings[name], ...verdictCells(row, name)]),
    row.repeat,
    row.endMs / 1000,
    row.windowMs / 1000,
    ...metrics.map((metric) => row.metrics[metric]),
  ]);
  return [header, ...lines].map(csvLine).join('');
}

function verdictCells({ verdicts }: ProfileRow, name: string): (string | number | undefined)[] {
  const verdict = verdicts.find((each) => each.name === name)?.verdict;
  return verdict === undefined
    ? [undefined, undefined]
    : ['achieved' in verdict ? verdict.achieved : undefined, verdict.outcome];
}

/** One line of a CSV file (RFC 4180, but ended by a newline alone); undefined is an empty cell. */
export function csvLine(cells: readonly (string | number | boolean | undefined)[]): string {
  return `${cells.map((cell) => quoted(cell === undefined ? '' : String(cell))).join(',')}\n`;
}

function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
