import { accept, type Result, refuse } from '../../core/refusal.ts';
import type { LibraryEntry } from '../../core/tune/library/library.ts';
import { defaultStateDir } from '../../nodes/state-dir.ts';
import { readWords } from '../read-words.ts';

export const usage =
  'trimtab library [list | show [FEATURE=VALUE …] | forget FEATURE=VALUE … | forget --all] [--state-dir DIR] [--json]';

const actions = ['list', 'show', 'forget'] as const;

/** What a command line asks for. */
export type LibraryRequest = {
  action: (typeof actions)[number];
  /** Values that an entry's context must have; none fits all. */
  features: Record<string, string>;
  stateDir: string;
  json: boolean;
};

/** Whether an entry is one of those that were asked for. */
export function fits({ features }: LibraryRequest, { context }: LibraryEntry): boolean {
  return Object.entries(features).every(([name, value]) => context[name] === value);
}

/** Reads the arguments of `trimtab library`; refused (TT_USAGE) when they cannot be understood. */
export function readLibraryArguments(args: string[]): Result<LibraryRequest> {
  const notUnderstood = (reason: string) =>
    refuse({ code: 'TT_USAGE', reason, found: args.join(' '), accepted: usage });
  const parsed = readWords({
    args,
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'state-dir': { type: 'string', default: defaultStateDir() },
    },
  });
  if (typeof parsed === 'string') return notUnderstood(parsed);
  const { values, positionals } = parsed;
  const [name = 'list', ...rest] = positionals;
  const action = actions.find((one) => one === name);
  if (action === undefined) return notUnderstood('library lists, shows or forgets');
  const wrong = rest.find((word) => !/^\w+=./.test(word));
  if (wrong !== undefined) return notUnderstood(`${wrong} is no FEATURE=VALUE`);
  if (action === 'list' && rest.length > 0) return notUnderstood('a list is of everything');
  if (values.all && (action !== 'forget' || rest.length > 0))
    return notUnderstood('--all forgets everything');
  if (action === 'forget' && rest.length === 0 && !values.all)
    return notUnderstood('what is to be forgotten must be said');
  const features = rest.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]);
  return accept({
    action,
    features: Object.fromEntries(features),
    stateDir: values['state-dir'],
    json: values.json,
  });
}
