import { parseArgs } from 'node:util';
import { accept, type Result, refuse } from '../../core/refusal.ts';

/** What `trimtab profile` is to do. */
export type ProfileOptions = {
  form: 'table' | 'json';
  /** One profile, then the end. */
  once: boolean;
  csvFile: string | undefined;
  mcapFile: string | undefined;
  topics: string[];
  paths: string[];
  /** How long; undefined: until stopped. */
  seconds: number | undefined;
  /** Name of the node to use; undefined: `profiler` where it is there, else one of our own. */
  profiler: string | undefined;
};

/** How it is called. */
export const usage =
  'trimtab profile [--topics A,B] [--paths "A -> B"] [--seconds N] [--once] [--json] [--csv FILE] [--mcap FILE] [--profiler NAME], ' +
  'or trimtab profile network MODEL.json';

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean' } as const;

/** Reads the command line; TT_USAGE when it cannot be understood. */
export function readOptions(args: string[]): Result<ProfileOptions> {
  try {
    const { values } = parseArgs({
      args,
      options: {
        json: flag,
        once: flag,
        csv: text,
        mcap: text,
        topics: list,
        paths: list,
        seconds: text,
        profiler: text,
      },
    });
    const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
    const longest = values.once ? 60 : Number.MAX_VALUE;
    if (seconds === undefined || (seconds > 0 && seconds <= longest)) {
      return accept({
        form: values.json ? 'json' : 'table',
        once: values.once ?? false,
        csvFile: values.csv,
        mcapFile: values.mcap,
        topics: separated(values.topics),
        paths: separated(values.paths),
        seconds,
        profiler: values.profiler,
      });
    }
  } catch {
    // An option that is not known, or lacks its value; reported below with all else that cannot be understood.
  }
  const reason = 'the arguments of profile cannot be understood';
  return refuse({ code: 'TT_USAGE', reason, found: args.join(' '), accepted: usage });
}

function separated(values: string[] = []): string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}
