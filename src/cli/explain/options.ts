import { parseArgs } from 'node:util';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { resolveName } from '../../core/spec/resolve-names.ts';

/** What `trimtab explain` was asked for. */
export type ExplainOptions = {
  /** Number of a trial, from 0; undefined: the whole study. */
  trial: string | undefined;
  /** Undefined: the running tuner, else the newest journal. */
  journal: string | undefined;
  /** Values as written of the configuration that the models are asked about. */
  expected: { name: string; value: string }[];
  json: boolean;
  /** Fully qualified name of the tuner that is asked where it runs. */
  tuner: string;
};

/** How it is called. */
export const usage =
  'trimtab explain [TRIAL] [--journal FILE] [--expect "KNOB=VALUE, …"] [--json] [--tuner NAME]';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

/** Reads the command line; refused with TT_USAGE. */
export function readExplainOptions(args: string[]): Result<ExplainOptions> {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        journal: text,
        expect: { type: 'string', multiple: true },
        json: flag,
        tuner: text,
      },
    });
    const [trial, ...rest] = positionals;
    const expected = (values.expect ?? []).map(readSettings);
    const isTrial = trial === undefined || /^\d+$/.test(trial);
    if (isTrial && rest.length === 0 && expected.every((settings) => settings !== undefined)) {
      return accept({
        trial,
        journal: values.journal,
        expected: expected.flat(),
        json: values.json ?? false,
        tuner: resolveName(values.tuner ?? 'tuner', '/'),
      });
    }
  } catch {
    // An option that is not known, or lacks its value; reported below with all else that cannot be understood.
  }
  const reason = 'the arguments of explain cannot be understood';
  return refuse({ code: 'TT_USAGE', reason, found: args.join(' '), accepted: usage });
}

/**
 * `camera fps=15, preview=5`, or with spaces only: the names of knobs may hold spaces, values cannot. Undefined where
 * something is left over.
 */
function readSettings(written: string): { name: string; value: string }[] | undefined {
  const setting = /^\s*,?\s*(?<name>[^=,]+?)\s*=\s*(?<value>[^\s,=]+)(?=\s|,|$)/;
  const settings: { name: string; value: string }[] = [];
  let rest = written;
  for (let match = setting.exec(rest); match?.groups; match = setting.exec(rest)) {
    settings.push({ name: match.groups.name as string, value: match.groups.value as string });
    rest = rest.slice(match[0].length);
  }
  return rest.trim() === '' && settings.length > 0 ? settings : undefined;
}
