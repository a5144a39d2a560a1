import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { accept, formatRefusal, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { isPolicyId, type PolicyId, policyIds, type Reading, readings } from '../../core/schedule/index.ts';

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

/** Policies by name, separated by commas, or all. */
export function readPolicies(text: string): Result<PolicyId[]> {
  if (text === 'all') return accept([...policyIds]);
  const names = text.split(',').map((name) => name.trim());
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

/** A number of at least `least`; undefined if the option was not given. */
export function readNumber(
  name: string,
  text: string | undefined,
  least: number,
): Result<number | undefined> {
  if (text === undefined) return accept(undefined);
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= least) return accept(value);
  const reason = `--${name} must be a number.`;
  return refuse({ code: 'TT_USAGE', reason, found: text, accepted: `${least} or more` });
}

/** Writes a result: `-` is standard output. */
export function writeOutput(path: string, text: string): Refusal[] {
  return attemptWrite(path, () => {
    if (path === '-') process.stdout.write(text);
    else writeFileSync(path, text);
  });
}

/** Does what writes to a path; TT_FILE_UNWRITABLE where it throws. */
export function attemptWrite(path: string, write: () => void): Refusal[] {
  try {
    write();
    return [];
  } catch (error) {
    const reason = `It cannot be written: ${(error as Error).message}.`;
    return [{ code: 'TT_FILE_UNWRITABLE', reason, found: path }];
  }
}
