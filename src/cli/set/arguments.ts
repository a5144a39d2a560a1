import { accept, type Result, refuse } from '../../core/refusal.ts';

/** What `trimtab set` was asked for. */
export type SetRequest = {
  /** Values as written, by knob name. */
  settings: { name: string; text: string }[];
  specFile?: string;
  dryRun: boolean;
  /** Wait after the last write, before measuring. */
  settleMs: number;
  json: boolean;
  /** Fully qualified name of the tuner that is asked where it runs. */
  tuner: string;
};

/** How it is called. */
export const usage =
  'trimtab set KNOB=VALUE … [--spec FILE] [--dry-run] [--settle S] [--json] [--tuner NAME]';
const defaultSettleMs = 1000;

/** Reads the command line; refused with TT_USAGE. */
export function readSetArguments(args: readonly string[]): Result<SetRequest> {
  const request: SetRequest = {
    settings: [],
    dryRun: false,
    settleMs: defaultSettleMs,
    json: false,
    tuner: '/tuner',
  };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const read = readArgument(arg, rest, request);
    if (!read)
      return refuse({
        code: 'TT_USAGE',
        reason: 'set does not understand this.',
        found: arg,
        accepted: usage,
      });
  }
  if (request.settings.length > 0) return accept(request);
  return refuse({ code: 'TT_USAGE', reason: 'Nothing is to be set.', accepted: usage });
}

function readArgument(arg: string, rest: string[], request: SetRequest): boolean {
  switch (arg) {
    case '--dry-run':
      request.dryRun = true;
      return true;
    case '--json':
      request.json = true;
      return true;
    case '--spec':
      request.specFile = rest.shift() ?? '';
      return request.specFile !== '';
    case '--settle':
      request.settleMs = Number(rest.shift()) * 1000;
      return request.settleMs >= 0;
    case '--tuner':
      request.tuner = `/${(rest.shift() ?? '').replace(/^\//, '')}`;
      return request.tuner !== '/';
  }
  const [, name, text] = /^([^=]+)=(.*)$/s.exec(arg) ?? [];
  if (arg.startsWith('--') || name === undefined || text === undefined) return false;
  request.settings.push({ name: name.trim(), text });
  return true;
}
