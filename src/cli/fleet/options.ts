import { accessSync, constants, existsSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accept, formatRefusal, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { isPolicyId, type PolicyId, policyIds, type Reading, readings } from '../../core/schedule/index.ts';
import { replaceFile } from '../../io/recording/replace-file.ts';

/** The folder of the scenarios that come with Trimtab; TRIMTAB_ROOT is where the launcher was called from. */
export function scenarioFolder(): string {
  const root = process.env.TRIMTAB_ROOT;
  const here = fileURLToPath(new URL('../../../', import.meta.url));
  return `${root ?? here}/sim/scenarios/fleet`;
}

/** Prints refusals and gives the exit code; 0 where there are none. */
export function complain(refusals: readonly Refusal[], exitCode: number): number {
  for (const refusal of refusals) console.error(formatRefusal(refusal));
  return refusals.length === 0 ? 0 : exitCode;
}

/** Policies by name, separated by commas, or all; each once. */
export function readPolicies(text: string): Result<PolicyId[]> {
  if (text === 'all') return accept([...policyIds]);
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const unknown = names.filter((name) => !isPolicyId(name));
  if (unknown.length === 0) return accept(names as PolicyId[]);
  const accepted = policyIds.join(', ');
  return refuse({
    code: 'TT_USAGE',
    reason: 'There is no such policy.',
    found: unknown.join(', '),
    accepted,
  });
}

/** One of the two readings. */
export function readReading(text: string): Result<Reading> {
  const reading = readings.find((each) => each === text);
  if (reading !== undefined) return accept(reading);
  const reason = 'There is no such reading of the published algorithms.';
  return refuse({ code: 'TT_USAGE', reason, found: text, accepted: readings.join(', ') });
}

/** A number of at least `least`, whole if asked for; undefined if the option was not given. */
export function readNumber(
  name: string,
  text: string | undefined,
  { least, whole = false }: { least: number; whole?: boolean },
): Result<number | undefined> {
  if (text === undefined) return accept(undefined);
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= least && (!whole || Number.isInteger(value))) return accept(value);
  const reason = `--${name} must be a${whole ? ' whole' : ''} number.`;
  return refuse({ code: 'TT_USAGE', reason, found: text, accepted: `${least} or more` });
}

/** The files that a command is to write, by their options. */
export type Outputs = Record<string, string | undefined>;

/** Refuses (TT_USAGE) what names no file, or one file for two results. */
export function checkOutputs(outputs: Outputs): Refusal[] {
  const given = Object.entries(outputs).filter(([, path]) => path !== undefined);
  return given.flatMap(([option, path], i): Refusal[] => {
    if (path === '') return [{ code: 'TT_USAGE', reason: `--${option} names no file.`, found: '' }];
    const other = given.slice(0, i).find(([, before]) => before === path);
    if (other === undefined) return [];
    const reason = `--${other[0]} and --${option} write to one place.`;
    return [{ code: 'TT_USAGE', reason, found: path as string }];
  });
}

/** Whether results can be written in the end, asked before what may take hours: TT_FILE_UNWRITABLE for each folder that is not there or is closed. */
export function checkFolders(outputs: Outputs): Refusal[] {
  return Object.values(outputs).flatMap((path) =>
    path === undefined || path === '-'
      ? []
      : attemptWrite(path, () => accessSync(dirname(path), constants.W_OK)),
  );
}

/** Writes a result whole or not at all: `-` is standard output. */
export async function writeOutput(path: string, text: string): Promise<Refusal[]> {
  return path === '-' ? print(text) : attemptWrite(path, () => writeFile(path, text));
}

/** Does what writes to a path; TT_FILE_UNWRITABLE where it throws. */
export function attemptWrite(path: string, write: () => void): Refusal[] {
  try {
    write();
    return [];
  } catch (error) {
    return [unwritable(path, error as Error)];
  }
}

/** What is no file, such as a terminal or a pipe by its name, cannot be replaced. */
function writeFile(path: string, text: string): void {
  const there = existsSync(path);
  if (there && !statSync(path).isFile()) writeFileSync(path, text);
  else replaceFile(there ? realpathSync(path) : path, text);
}

/** The error comes with the answer to each write; without a listener the event of it would end the process. */
function ignoreEvent(): void {}

function print(text: string): Promise<Refusal[]> {
  process.stdout.off('error', ignoreEvent).on('error', ignoreEvent);
  return new Promise((resolve) => {
    process.stdout.write(text, (error?: NodeJS.ErrnoException | null) => {
      // Whoever reads our output, such as `head`, may have seen enough.
      const isWritten = !error || error.code === 'EPIPE';
      resolve(isWritten ? [] : [unwritable('-', error)]);
    });
  });
}

function unwritable(path: string, { message }: Error): Refusal {
  return { code: 'TT_FILE_UNWRITABLE', reason: `It cannot be written: ${message}.`, found: path };
}
