/**
 * The published claims about DEMS, DEMS-A and GEMS (arXiv 2412.20860, abstract) beside what our reproduction comes to
 * on the scenarios that come with Trimtab, in both readings. The published networks, durations and tables are not to be
 * had, so the scenarios are our reading of the workloads.
 *
 *   ./trimtab bench published-claims [seeds = 2]
 *
 * Means over the seeds. A ratio to a baseline that earns nothing or loses is left out.
 */
import { fileURLToPath } from 'node:url';
import { readScenario } from '../sim/fleet/scenario-files.ts';
import { type FleetRun, simulate } from '../sim/fleet/simulate.ts';
import { type PolicyId, type Reading, readings } from '../src/core/schedule/index.ts';

const root = process.env.TRIMTAB_ROOT ?? fileURLToPath(new URL('../', import.meta.url));
const seeds = Array.from({ length: Number(process.argv[2] ?? 2) }, (_, i) => i + 1);

const baselines: readonly PolicyId[] = [
  'fifo-edge',
  'edf-edge',
  'sjf-edge',
  'hpf-edge',
  'huf-edge',
  'cloud-only',
  'e-c-edf',
  'sota1-d3-kalmia',
  'sota2-dedas',
];
const steady = ['light-2', 'medium-2', 'heavy-2', 'heavy-7x2'];
const varying = ['latency-step', 'latency-steps', 'bandwidth-swings', 'outage'];

/** Runs that several claims look at are made once. */
const outcomes = new Map<string, Outcome>();

type Outcome = { onTimePercent: number; utility: number; qoeUtility: number };

console.log('| scenario | reading | claim | published | ours | beside |\n|---|---|---|---|---|---|');
for (const reading of readings) {
  for (const scenario of steady) {
    const of = (policy: PolicyId) => outcomeOf(scenario, policy, reading);
    const dems = of('dems');
    const others = baselines.map((policy) => ({ policy, ...of(policy) }));
    const most = furthest(others, (other) => dems.utility / other.utility);
    const least = nearest(others, (other) => dems.utility / other.utility);
    print(scenario, reading, [
      'DEMS’ utility over a baseline’s, at most',
      '2.7',
      most.ratio.toFixed(2),
      `${most.policy}; over the best, ${least.policy}: ${least.ratio.toFixed(2)}`,
    ]);
    print(scenario, reading, ['DEMS on time %', 'at most 88', dems.onTimePercent.toFixed(1), '']);
    printGems(scenario, reading, others);
  }
  for (const scenario of varying) {
    const of = (policy: PolicyId) => outcomeOf(scenario, policy, reading);
    const gain = (100 * of('dems-a').utility) / of('dems').utility - 100;
    print(scenario, reading, ['DEMS-A’s utility over DEMS’, %', '16', gain.toFixed(1), '']);
    printGems(
      scenario,
      reading,
      baselines.map((policy) => ({ policy, ...of(policy) })),
    );
  }
}

/** GEMS against what it builds upon and against the baseline that it leaves furthest behind. */
function printGems(
  scenario: string,
  reading: Reading,
  others: readonly ({ policy: PolicyId } & Outcome)[],
): void {
  const gems = outcomeOf(scenario, 'gems', reading);
  const dems = outcomeOf(scenario, 'dems', reading);
  const most = furthest(others, (other) => gems.qoeUtility / other.qoeUtility);
  const overDems = (100 * gems.qoeUtility) / dems.qoeUtility - 100;
  print(scenario, reading, [
    'GEMS’ QoE utility over a baseline’s, %, at most',
    '75',
    (100 * most.ratio - 100).toFixed(1),
    `${most.policy}; over DEMS: ${overDems.toFixed(1)}`,
  ]);
}

function print(scenario: string, reading: Reading, cells: readonly string[]): void {
  console.log(`| ${[scenario, reading, ...cells].join(' | ')} |`);
}

function furthest<T extends Outcome>(others: readonly T[], ratioOf: (other: T) => number) {
  return ranked(others, ratioOf).at(-1) as T & { ratio: number };
}

function nearest<T extends Outcome>(others: readonly T[], ratioOf: (other: T) => number) {
  return ranked(others, ratioOf)[0] as T & { ratio: number };
}

function ranked<T extends Outcome>(others: readonly T[], ratioOf: (other: T) => number) {
  return others
    .filter(({ utility, qoeUtility }) => utility > 0 && qoeUtility > 0)
    .map((other) => ({ ...other, ratio: ratioOf(other) }))
    .sort((a, b) => a.ratio - b.ratio);
}

function outcomeOf(name: string, policy: PolicyId, reading: Reading): Outcome {
  const key = `${name} ${policy} ${reading}`;
  outcomes.set(key, outcomes.get(key) ?? measure(name, policy, reading));
  return outcomes.get(key) as Outcome;
}

function measure(name: string, policy: PolicyId, reading: Reading): Outcome {
  const scenario = readScenario(name, `${root}/sim/scenarios/fleet`);
  if (!scenario.ok) throw new Error(JSON.stringify(scenario.refusals));
  const runs = seeds.map((seed) => simulate(scenario.value, { policy, reading, seed }).summary);
  const mean = (value: (summary: FleetRun['summary']) => number) =>
    runs.reduce((sum, summary) => sum + value(summary), 0) / runs.length;
  return {
    onTimePercent: mean(({ onTimePercent }) => onTimePercent),
    utility: mean(({ utility }) => utility),
    qoeUtility: mean(({ utility, qoeBonus }) => utility + qoeBonus),
  };
}
