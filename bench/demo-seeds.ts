import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderTable } from '../src/cli/terminal/index.ts';
import { type DemoReport, formatNumber, type Measured } from '../src/io/report/index.ts';

/*
 * The demo over several seeds: in how many the tuned configuration meets every requirement, and what default
 * and tuned came to. `./trimtab bench demo-seeds [FIRST] [LAST] [SECONDS]`, by default seeds 1 to 10 of 90 s.
 */

const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
const [first = 1, last = 10, seconds = 90] = process.argv.slice(2).map(Number);
const dir = mkdtempSync(join(tmpdir(), 'trimtab-seeds-'));
const reports: DemoReport[] = [];
for (let seed = first; seed <= last; seed++) {
  const json = join(dir, `${seed}.json`);
  const report = join(dir, 'report.html');
  const args = ['demo', '--seconds', seconds, '--seed', seed, '--json', json, '--report', report].map(String);
  const { status, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  if (status !== 0 && status !== 1) throw new Error(`seed ${seed} ended with ${status}:\n${stderr}`);
  const found = readReport(json);
  if (found) reports.push(found);
  console.log(
    `seed ${seed}: ${found ? (found.tuned.met ? 'met' : 'NOT met') : `no report: ${stderr.trim()}`}`,
  );
}
rmSync(dir, { recursive: true });

const runs = last - first + 1;
const met = reports.filter(({ tuned }) => tuned.met).length;
const defaultMet = reports.filter((report) => report.default.met).length;
console.log(
  `\nThe tuned run met every requirement in ${met} of ${runs} seeds, the default in ${defaultMet}.\n`,
);
console.log(
  renderTable({
    columns: [
      { header: 'median [least, greatest]', flexible: true },
      { header: 'required', align: 'right' },
      { header: 'default', align: 'right' },
      { header: 'tuned', align: 'right' },
    ],
    rows: [...requirementRows(), ...objectiveRows(), trackingRow(), trialRow()],
    width: 120,
  }),
);

function readReport(file: string): DemoReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DemoReport;
  } catch {
    return undefined;
  }
}

function requirementRows(): string[][] {
  return (reports[0]?.requirements ?? []).map(({ name, required }, i) => [
    name,
    required,
    spread(reports.map((report) => report.requirements[i]?.default ?? null)),
    spread(reports.map((report) => report.requirements[i]?.tuned ?? null)),
  ]);
}

function objectiveRows(): string[][] {
  return (reports[0]?.objectives ?? []).map(({ name, direction }, i) => [
    name,
    direction,
    spread(reports.map((report) => report.objectives[i]?.default ?? null)),
    spread(reports.map((report) => report.objectives[i]?.tuned ?? null)),
  ]);
}

function trackingRow(): string[] {
  const of = (run: 'default' | 'tuned') => spread(reports.map((report) => report.tracking_error_m[run]));
  return ['tracking error, m', '', of('default'), of('tuned')];
}

function trialRow(): string[] {
  return ['trials', '', '', spread(reports.map(({ trials }) => trials))];
}

function spread(values: Measured[]): string {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  const middle = known[Math.floor((known.length - 1) / 2)];
  if (middle === undefined) return '-';
  return `${formatNumber(middle)} [${formatNumber(known[0] as number)}, ${formatNumber(known.at(-1) as number)}]`;
}
