/**
 * How long one decision takes when 10,000 tasks wait: each policy is asked to place a new task, 20,000 times. The same
 * is done five times over, and of each decision the median of the five counts, as other processes may interrupt one.
 * With --fleet instead: how long the yardstick of the simulator takes; not in the same process, as what ran there before makes it slower.
 *
 *   ./trimtab bench scheduler [queued = 10000] [decisions = 20000]
 *   ./trimtab bench scheduler --fleet
 */
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { publishedModels } from '../sim/fleet/published-models.ts';
import { readScenario } from '../sim/fleet/scenario-files.ts';
import { simulate } from '../sim/fleet/simulate.ts';
import { seededRandom } from '../src/core/random.ts';
import { type PolicyId, policyIds, Scheduler, VirtualTimeline } from '../src/core/schedule/index.ts';

const [queuedText, decisionsText] = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const queued = Number(queuedText ?? 10_000);
const decisions = Number(decisionsText ?? 20_000);
const repeats = 5;

if (process.argv.includes('--fleet')) timeFleet();
else timeDecisions();

function timeDecisions(): void {
  console.log(`| policy | waiting | median, us | p99, us | longest, us |\n|---|---|---|---|---|`);
  for (const policy of policyIds) console.log(row(policy));
}

/**
 * The edge and the cloud never answer, so whatever is taken in waits. Deadlines lie around the time that the edge
 * needs for the whole queue: about half of the new tasks are late behind it, and push out others or are turned away.
 */
function decide(policy: PolicyId): { timesUs: number[]; waiting: number } {
  const timeline = new VirtualTimeline();
  const random = seededRandom(1);
  const meanEdgeMs = publishedModels.reduce((sum, { edgeMs }) => sum + edgeMs, 0) / publishedModels.length;
  const models = publishedModels.map((model) => ({ ...model, deadlineMs: 1e9 }));
  const scheduler: Scheduler<undefined, true> = new Scheduler({
    clock: timeline,
    models,
    policy,
    times: 'profile',
    edge: { execute: () => {} },
    cloud: { execute: () => {} },
    wakeAt: () => {},
    queueLimit: queued,
    explainLimit: 0,
  });
  const submit = () => {
    const model = models[Math.floor(random.next() * models.length)]?.id as string;
    const deadlineMs = timeline.nowMs() + meanEdgeMs * queued * (0.5 + random.next());
    scheduler.submit(
      { source: `drone${Math.floor(random.next() * 100)}`, model, createdMs: timeline.nowMs(), deadlineMs },
      undefined,
    );
  };
  for (let i = 0; i < 2 * queued; i++) submit();
  const timesUs: number[] = [];
  for (let i = 0; i < decisions; i++) {
    timeline.runUntil(timeline.nowMs() + 1);
    const startMs = performance.now();
    submit();
    timesUs.push(1000 * (performance.now() - startMs));
  }
  const { edgeQueue, cloudQueue, parked } = scheduler.load();
  return { timesUs, waiting: edgeQueue + cloudQueue + parked };
}

function row(policy: PolicyId): string {
  const runs = Array.from({ length: repeats }, () => decide(policy));
  const typicalUs = Array.from({ length: decisions }, (_, i) =>
    median(runs.map(({ timesUs }) => timesUs[i] as number)),
  ).sort((a, b) => a - b);
  const at = (share: number) => (typicalUs[Math.ceil(share * decisions) - 1] as number).toFixed(1);
  return `| ${policy} | ${runs[0]?.waiting} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** 100 drones, 6 models, 10 minutes: seconds of CPU per policy. */
function timeFleet(): void {
  const root = process.env.TRIMTAB_ROOT ?? fileURLToPath(new URL('../', import.meta.url));
  const scenario = readScenario('heavy-100', `${root}/sim/scenarios/fleet`);
  if (!scenario.ok) throw new Error(JSON.stringify(scenario.refusals));
  console.log('\n| policy | heavy-100, s of CPU | s of wall time |\n|---|---|---|');
  for (const policy of policyIds) {
    const cpu = process.cpuUsage();
    const startMs = performance.now();
    simulate(scenario.value, { policy, reading: 'corrected', seed: 1 });
    const { user, system } = process.cpuUsage(cpu);
    const wallS = (performance.now() - startMs) / 1000;
    console.log(`| ${policy} | ${((user + system) / 1e6).toFixed(1)} | ${wallS.toFixed(1)} |`);
  }
}
