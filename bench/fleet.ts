/**
 * Replays every recorded workload of a folder under its own policy in the as-published reading, beside what the
 * authors' program came to, and under `trim` and the best published policy, beside what no scheduler could exceed.
 *
 *   ./trimtab bench fleet FOLDER [seeds = 5] [--optimum]
 *
 * Overheads are drawn from the recorded distributions; figures are medians over the seeds of these draws. With
 * --optimum the offline optimum is enclosed by an integer program (HiGHS) over slots of 20 ms, in parts of 15 s; the
 * sum of the parts' upper bounds is an upper bound of the whole.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import highsModule from 'highs';
import { type ReplayOutcome, replay } from '../sim/fleet/replay.ts';
import { readTrace, type Trace } from '../sim/fleet/trace.ts';
import { type Job, jobOf } from '../src/core/schedule/bounds/job.ts';
import { preemptiveBound } from '../src/core/schedule/bounds/relaxation.ts';
import { slotProgram } from '../src/core/schedule/bounds/slot-program.ts';
import { isPolicyId, type ModelProfile, policyIds, readings } from '../src/core/schedule/index.ts';

// The package's types describe an ES module, but it is CommonJS: its loader is the module itself.
const loadHighs = highsModule as unknown as typeof highsModule.default;

const slotMs = 20;
const partMs = 15_000;

const [folder, seedText] = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const withOptimum = process.argv.includes('--optimum');
if (folder === undefined) {
  console.error('bench fleet needs the folder of the recorded workloads');
  process.exit(2);
}
const seeds = Array.from({ length: Number(seedText ?? 5) }, (_, i) => i + 1);

console.log(
  '| workload | policy | recorded on time % | replayed | recorded utility | replayed | difference % | best published | trim | trim over best % | bound | trim of bound % |',
);
console.log('|---|---|---|---|---|---|---|---|---|---|---|---|');
for (const file of readdirSync(folder).filter((name) => /\.json(\.gz)?$/.test(name))) {
  const trace = readTrace(join(folder, file));
  if (trace.ok) console.log(await row(basename(file).replace(/\.json(\.gz)?$/, ''), trace.value));
  else console.error(file, trace.refusals);
}

async function row(name: string, trace: Trace): Promise<string> {
  const { recorded, policy } = trace;
  if (recorded === undefined || !isPolicyId(policy)) return `| ${name} | ${policy} |`;
  const own = medianOf((seed) => replay(trace, { policy, reading: 'as-published', seed }));
  const ours = medianOf((seed) => replay(trace, { policy: 'trim', reading: 'corrected', seed }));
  const best = bestPublished(trace);
  const jobs = jobsOf(trace);
  const bound = withOptimum ? await optimumAtMost(jobs) : preemptiveBound(jobs);
  const cells = [
    name,
    policy,
    ((100 * recorded.onTime) / recorded.created).toFixed(1),
    own.onTimePercent.toFixed(1),
    recorded.utility,
    own.utility,
    ((100 * own.utility) / recorded.utility - 100).toFixed(1),
    `${best.utility} (${best.policy}, ${best.reading})`,
    ours.utility,
    ((100 * ours.utility) / best.utility - 100).toFixed(1),
    Math.round(bound),
    ((100 * ours.utility) / bound).toFixed(1),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** The run whose utility is the median of the seeds'. */
function medianOf(run: (seed: number) => ReplayOutcome): ReplayOutcome {
  const sorted = seeds.map(run).sort((a, b) => a.utility - b.utility);
  return sorted[Math.floor(sorted.length / 2)] as ReplayOutcome;
}

function bestPublished(trace: Trace): ReplayOutcome {
  const published = policyIds.filter((policy) => policy !== 'trim');
  const outcomes = published.flatMap((policy) =>
    readings.map((reading) => medianOf((seed) => replay(trace, { policy, reading, seed }))),
  );
  return outcomes.reduce((best, outcome) => (outcome.utility > best.utility ? outcome : best));
}

/** The tasks that count, with the median overheads as their real times. */
function jobsOf(trace: Trace): Job[] {
  const profiles = new Map(trace.models.map((model) => [model.id, model]));
  return trace.tasks
    .filter(({ arrivalMs }) => arrivalMs >= trace.measureFromMs)
    .map(({ model, submitMs, deadlineMs }) => {
      const profile = profiles.get(model) as ModelProfile;
      const { extraMs, fromMs, toMs } = trace.cloudExtra;
      const lateMs = submitMs >= fromMs && submitMs < toMs ? extraMs : 0;
      return jobOf({
        profile,
        releaseMs: submitMs,
        deadlineMs,
        edgeMs: profile.edgeMs + trace.edgeOverhead.p50Ms,
        cloudMs: profile.cloudMs + trace.cloudOverhead.p50Ms + lateMs,
      });
    });
}

async function optimumAtMost(jobs: readonly Job[]): Promise<number> {
  const parts = new Map<number, Job[]>();
  for (const job of jobs) {
    const part = Math.floor(job.releaseMs / partMs);
    parts.set(part, [...(parts.get(part) ?? []), job]);
  }
  let total = 0;
  for (const part of parts.values()) {
    const { text, constant } = slotProgram({ jobs: part, slotMs, bound: 'upper' });
    const highs = await loadHighs();
    const solution = highs.solve(text, { time_limit: 60, mip_rel_gap: 0.002 });
    const solved = solution.Status === 'Optimal' ? solution.ObjectiveValue * 1.002 + constant : Infinity;
    total += Math.min(solved, preemptiveBound(part));
  }
  return total;
}
