import { parseArgs } from 'node:util';
import { csvLine } from '../../core/measure/profile-table.ts';
import { accept, formatRefusal, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { profileNetwork as measure, type NetworkProfile, type NetworkRow } from '../../io/inference/index.ts';
import { createStyle, renderTable, wantsColour, widthOf, wrap } from '../terminal/index.ts';

type NetworkOptions = {
  manifestFile: string;
  batches: number[];
  threads: number[];
  seconds: number;
  form: 'table' | 'json' | 'csv';
};

const usage =
  'trimtab profile network MODEL.json [--batches 1,2,4] [--threads 1,2] [--seconds N] [--json | --csv]';
const defaultSeconds = 3;
const most = 1024;

/**
 * `trimtab profile network MODEL.json`: what a network costs on each back end that is here, for each batch and
 * number of threads. Exit code 0, 1 when the network cannot be read, 2 for a command line that cannot be understood.
 */
export async function profileNetwork(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (!options.ok) return fail(options.refusals, 2);
  const { form, ...asked } = options.value;
  const onRow = (row: NetworkRow) => console.error(`measured: ${nameOf(row)}`);
  const profile = await measure({ ...asked, ...(process.stderr.isTTY && { onRow }) });
  if (!profile.ok) return fail(profile.refusals, 1);
  process.stdout.write(forms[form](profile.value));
  return 0;
}

function readOptions(args: string[]): Result<NetworkOptions> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { batches: text, threads: text, seconds: text, json: flag, csv: flag },
    });
    const [manifestFile, ...rest] = positionals;
    const batches = wholeNumbers(values.batches);
    const threads = wholeNumbers(values.threads);
    const seconds = Number(values.seconds ?? defaultSeconds);
    const isMeant = rest.length === 0 && seconds > 0 && seconds <= 600 && !(values.json && values.csv);
    if (manifestFile !== undefined && batches && threads && isMeant) {
      const form = values.json ? 'json' : values.csv ? 'csv' : 'table';
      return accept({ manifestFile, batches, threads, seconds, form });
    }
  } catch {
    // An option that is not known; reported below with all else that cannot be understood.
  }
  const reason = 'the arguments of profile network cannot be understood';
  return refuse({ code: 'TT_USAGE', reason, found: args.join(' '), accepted: usage });
}

/** `1,2,4`; undefined when something in it is no whole number from 1 to `most`. */
function wholeNumbers(text = '1'): number[] | undefined {
  const numbers = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : 0));
  return numbers.every((number) => number >= 1 && number <= most) ? numbers : undefined;
}

const forms: Record<NetworkOptions['form'], (profile: NetworkProfile) => string> = {
  json: (profile) => `${JSON.stringify(profile, null, 2)}\n`,
  csv: csvOf,
  table: tableOf,
};

const quantities = [
  'load_ms',
  'first_ms',
  'p50_ms',
  'p95_ms',
  'p99_ms',
  'pictures_per_second',
  'peak_mb',
  'inferences',
];

function csvOf({ rows, absent }: NetworkProfile): string {
  return [
    csvLine(['back_end', 'batch', 'threads', ...quantities, 'reason']),
    ...rows.map((row) => csvLine([row.backEnd, row.batch, row.threads, ...numbersOf(row), reasonOf(row)])),
    ...absent.map(({ backEnd, reason }) =>
      csvLine([backEnd, undefined, undefined, ...quantities.map(() => undefined), reason]),
    ),
  ].join('');
}

function tableOf({ network, rows, absent }: NetworkProfile): string {
  const style = createStyle(wantsColour(process.stdout, process.env));
  const headers = ['batch', 'threads', 'load', 'first', 'p50', 'p95', 'p99', 'per s', 'peak MB'];
  const columns = [{ header: 'back end' }, ...headers.map((header) => ({ header, align: 'right' as const }))];
  const measured = rows
    .filter((row) => 'cost' in row)
    .map((row) => [
      row.backEnd,
      String(row.batch),
      String(row.threads),
      ...numbersOf(row)
        .slice(0, -1)
        .map((number) => number?.toFixed(1) ?? ''),
    ]);
  const width = widthOf(process.stdout);
  const missing = [
    ...rows.flatMap((row) => ('reason' in row ? [`not measured: ${nameOf(row)}: ${row.reason}`] : [])),
    ...absent.map(({ backEnd, reason }) => `absent: ${backEnd}: ${reason}`),
  ].flatMap((line) => wrap(line, width));
  return [
    `network ${network}; times in ms: loading it, the first inference, then warm ones`,
    '',
    renderTable({ columns, rows: measured, width, paintHeader: style.bold }),
    '',
    ...missing.map(style.dim),
    '',
  ].join('\n');
}

/** In the order of `quantities`. */
function numbersOf(row: NetworkRow): (number | undefined)[] {
  if (!('cost' in row)) return quantities.map(() => undefined);
  const { loadMs, firstMs, p50Ms, p95Ms, p99Ms, perSecond, peakBytes, count } = row.cost;
  return [loadMs, firstMs, p50Ms, p95Ms, p99Ms, perSecond, peakBytes / 1e6, count];
}

function reasonOf(row: NetworkRow): string | undefined {
  return 'reason' in row ? row.reason : undefined;
}

function nameOf({ backEnd, batch, threads }: NetworkRow): string {
  return `${backEnd}, batch ${batch}, threads ${threads}`;
}

function fail(refusals: Refusal[], exitCode: number): number {
  console.error(refusals.map(formatRefusal).join('\n'));
  return exitCode;
}
