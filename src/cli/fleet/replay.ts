import { parseArgs } from 'node:util';
import { type ReplayOutcome, replay } from '../../../sim/fleet/replay.ts';
import { readTrace, type Trace } from '../../../sim/fleet/trace.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { isPolicyId, policyIds } from '../../core/schedule/index.ts';
import { renderTable } from '../terminal/table.ts';
import { checkOutputs, complain, readNumber, readPolicies, readReading, writeOutput } from './options.ts';
import { scoreCells } from './tables.ts';

/** `trimtab fleet replay TRACE`: a recorded workload through one policy, and what became of it. */
export async function runReplay(args: string[]): Promise<number> {
  const parsed = parse(args);
  if (!parsed.ok) return complain(parsed.refusals, 2);
  const { values, positionals } = parsed.value;
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    const reason = 'replay runs one recorded workload.';
    return complain(
      [{ code: 'TT_USAGE', reason, found: positionals.join(' '), accepted: 'fleet replay TRACE' }],
      2,
    );
  }
  const reading = readReading(values.reading ?? 'corrected');
  const edge = readNumber('edge-overhead-ms', values['edge-overhead-ms'], { least: 0 });
  const cloud = readNumber('cloud-overhead-ms', values['cloud-overhead-ms'], { least: 0 });
  const seed = readNumber('seed', values.seed, { least: 0, whole: true });
  const refused = [reading, edge, cloud, seed].flatMap((option) => (option.ok ? [] : option.refusals));
  const misused = checkOutputs({ json: values.json });
  if (!reading.ok || !edge.ok || !cloud.ok || !seed.ok || misused.length > 0)
    return complain([...misused, ...refused], 2);
  const trace = readTrace(file);
  if (!trace.ok) return complain(trace.refusals, 1);
  if (values.policy === undefined && !isPolicyId(trace.value.policy)) {
    const reason = `${file} names no policy that can be replayed, and --policy is not given.`;
    return complain(
      [{ code: 'TT_TRACE', reason, found: trace.value.policy, accepted: policyIds.join(', ') }],
      1,
    );
  }
  const policies = readPolicies(values.policy ?? trace.value.policy);
  if (!policies.ok) return complain(policies.refusals, 2);
  const [policy, second] = policies.value;
  if (policy === undefined || second !== undefined) {
    const reason = 'replay runs one policy.';
    return complain([{ code: 'TT_USAGE', reason, found: String(values.policy) }], 2);
  }
  const outcome = replay(trace.value, {
    policy,
    reading: reading.value,
    ...(edge.value !== undefined && { edgeOverheadMs: edge.value }),
    ...(cloud.value !== undefined && { cloudOverheadMs: cloud.value }),
    ...(seed.value !== undefined && { seed: seed.value }),
  });
  if (values.json !== undefined)
    return complain(await writeOutput(values.json, toJson(file, outcome, trace.value)), 1);
  console.log(describe(outcome, trace.value));
  return 0;
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const options = {
    policy: text,
    reading: text,
    'edge-overhead-ms': text,
    'cloud-overhead-ms': text,
    seed: text,
    json: text,
  };
  return attempt(() => parseArgs({ args, options, allowPositionals: true }));
}

/** A value, or as a refusal what parseArgs threw. */
function attempt<T>(make: () => T): Result<T> {
  try {
    return accept(make());
  } catch (error) {
    return refuse({ code: 'TT_USAGE', reason: (error as Error).message });
  }
}

function toJson(file: string, outcome: ReplayOutcome, { recorded }: Trace): string {
  const { policy, reading, created, fates, onTimePercent, utility, stolen, displaced, calibration } = outcome;
  const result = {
    trace: file,
    policy,
    reading,
    created,
    fates,
    on_time_percent: onTimePercent,
    utility,
    stolen,
    displaced,
    calibration,
    ...(recorded && {
      recorded: {
        created: recorded.created,
        on_time_percent: (100 * recorded.onTime) / recorded.created,
        utility: recorded.utility,
      },
    }),
  };
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

function describe(
  { policy, reading, created, fates, onTimePercent, utility, calibration }: ReplayOutcome,
  { recorded }: Trace,
) {
  const recordedPercent =
    recorded === undefined ? '' : ((100 * recorded.onTime) / recorded.created).toFixed(1);
  const rows = [
    ['created', String(created), String(recorded?.created ?? '')],
    ...Object.entries(fates).map(([fate, count]) => [fate, String(count), '']),
    ['on time, %', onTimePercent.toFixed(1), recordedPercent],
    ['utility', String(utility), String(recorded?.utility ?? '')],
    ...calibration.map((score) => {
      const [place, percent, held] = scoreCells(score);
      return [`${place} times within the predicted ${percent} % quantile, %`, held as string, ''];
    }),
  ];
  const columns = [
    { header: `${policy}, ${reading}` },
    { header: 'replayed', align: 'right' as const },
    { header: 'recorded', align: 'right' as const },
  ];
  return renderTable({ columns, rows, width: process.stdout.columns ?? 120 });
}
