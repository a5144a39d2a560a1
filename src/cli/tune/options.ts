import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { resolveName } from '../../core/spec/resolve-names.ts';
import { designerNames } from '../../core/tune/designers.ts';
import { safeties } from '../../core/tune/safety.ts';

/** What `trimtab tune` was asked for; 0 and the empty text stand for what the tuner does by itself. */
export type TuneOptions = {
  specFile: string;
  /** Journal of a search to go on with; empty: a new one. */
  resume: string;
  trials: number;
  seconds: number;
  violationSeconds: number;
  safety: string;
  designer: string;
  seed: number;
  dryRun: boolean;
  json: boolean;
  /** Fully qualified name of the tuner that is asked where it runs. */
  tuner: string;
};

/** How it is called. */
export const usage = `trimtab tune SPEC [--trials N] [--seconds S] [--violation-seconds S] [--safety ${safeties.join('|')}] [--designer NAME] [--seed N] [--dry-run] [--json] [--tuner NAME]; or trimtab tune SPEC --resume JOURNAL [--json] [--tuner NAME]`;
/** What a search that goes on has in its journal, and what is no search. */
const notWithResume = [
  'trials',
  'seconds',
  'violation-seconds',
  'safety',
  'designer',
  'seed',
  'dry-run',
] as const;
const largestSeed = 2 ** 32 - 1;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

/** Reads the command line; refused with TT_USAGE. */
export function readTuneOptions(args: string[]): Result<TuneOptions> {
  const parsed = parse(args);
  if (!parsed.ok) return parsed;
  const { values, positionals } = parsed.value;
  const [specFile, ...rest] = positionals;
  const refusals: Refusal[] = [];
  const number = (
    name: keyof typeof values,
    range: { from: number; to: number; whole?: boolean },
  ): number => {
    const written = values[name];
    if (typeof written !== 'string') return 0;
    const value = Number(written);
    const fits = value >= range.from && value <= range.to && (!range.whole || Number.isInteger(value));
    if (written.trim() !== '' && fits) return value;
    const accepted = `${range.whole ? 'a whole number' : 'a number'} from ${range.from} to ${range.to}`;
    refusals.push({ code: 'TT_USAGE', reason: `--${name} is out of range`, found: written, accepted });
    return 0;
  };
  const trials = number('trials', { from: 2, to: 1000, whole: true });
  const seconds = number('seconds', { from: 1, to: 86_400 });
  const violationSeconds = number('violation-seconds', { from: 0.1, to: 86_400 });
  const usualSeed = values.resume === undefined ? 1 : 0;
  const seed =
    values.seed === undefined ? usualSeed : number('seed', { from: 0, to: largestSeed, whole: true });
  const { safety = '', designer = '' } = values;
  const word = (name: string, found: string, words: readonly string[]) => {
    if (['', ...words].includes(found)) return;
    refusals.push({
      code: 'TT_USAGE',
      reason: `there is no such ${name}`,
      found,
      accepted: words.join(', '),
    });
  };
  word('safety', safety, safeties);
  word('designer', designer, designerNames);
  if (values.resume !== undefined) {
    if (values.resume === '') refusals.push(misunderstood('--resume names no journal', args));
    for (const name of notWithResume.filter((one) => values[one] !== undefined))
      refusals.push(misunderstood(`a search goes on as it began, so --resume takes no --${name}`, args));
  }
  if (specFile === undefined || rest.length > 0)
    refusals.push(misunderstood('tune searches for one spec', args));
  if (specFile === undefined || refusals.length > 0) return refuse(...refusals);
  return accept({
    specFile: resolve(specFile),
    resume: values.resume ? resolve(values.resume) : '',
    trials,
    seconds,
    violationSeconds,
    safety,
    designer,
    seed,
    dryRun: values['dry-run'] ?? false,
    json: values.json ?? false,
    tuner: resolveName(values.tuner ?? 'tuner', '/'),
  });
}

function parse(args: string[]) {
  try {
    const options = {
      resume: text,
      trials: text,
      seconds: text,
      'violation-seconds': text,
      safety: text,
      designer: text,
      seed: text,
      'dry-run': flag,
      json: flag,
      tuner: text,
    };
    return accept(parseArgs({ args, allowPositionals: true, options }));
  } catch {
    return refuse(misunderstood('the arguments of tune cannot be understood', args));
  }
}

function misunderstood(reason: string, args: string[]): Refusal {
  return { code: 'TT_USAGE', reason, found: args.join(' '), accepted: usage };
}
