/**
 * What the choice of model variants and batches brings: `trim` with them, and with parts of them taken away, beside the
 * best published policy, on the scenarios that have any.
 *
 *   ./trimtab bench variants [seeds = 20]
 *
 * Means over the seeds; `trim over it` has the least and the most over the seeds too.
 */
import { fileURLToPath } from 'node:url';
import type { Scenario } from '../sim/fleet/scenario.ts';
import { readScenario } from '../sim/fleet/scenario-files.ts';
import { type FleetRun, simulate } from '../sim/fleet/simulate.ts';
import { type PolicyId, type Variant, variantsOf } from '../src/core/schedule/index.ts';

const root = process.env.TRIMTAB_ROOT ?? fileURLToPath(new URL('../', import.meta.url));
const seeds = Array.from({ length: Number(process.argv[2] ?? 20) }, (_, i) => i + 1);
/** Of all published policies this one earns most in each of these scenarios. */
const bestPublished: PolicyId = 'sota1-d3-kalmia';

console.log(
  '| scenario | with | utility | trim over it, % | of bound % | on time % | mean quality | late | batched |\n|---|---|---|---|---|---|---|---|---|',
);
compare('variants', [
  ['the published size only', onlyVariant(([first]) => first)],
  ['the largest only', onlyVariant((all) => best(all, ({ quality }) => quality))],
  ['the smallest only', onlyVariant((all) => best(all, ({ quality }) => -quality))],
]);
for (const name of ['batches', 'batches-cloud']) compare(name, [['no batches', withoutBatches]]);

type Change = (scenario: Scenario) => Scenario;

function compare(name: string, changes: readonly (readonly [string, Change])[]): void {
  const read = readScenario(name, `${root}/sim/scenarios/fleet`);
  if (!read.ok) throw new Error(JSON.stringify(read.refusals));
  const scenario = read.value;
  const ours = runsOf(scenario, 'trim');
  print(name, 'trim', ours, ours);
  for (const [label, change] of changes)
    print(name, `trim, ${label}`, runsOf(change(scenario), 'trim'), ours);
  print(name, bestPublished, runsOf(scenario, bestPublished), ours);
}

function runsOf(scenario: Scenario, policy: PolicyId): FleetRun[] {
  return seeds.map((seed) => simulate(scenario, { policy, reading: 'corrected', seed }));
}

function onlyVariant(pick: (all: readonly [Variant, ...Variant[]]) => Variant): Change {
  return (scenario) => ({
    ...scenario,
    models: scenario.models.map((model) => {
      const { edgeMs, cloudMs, ...rest } = pick(variantsOf(model));
      return { ...model, edgeMs, cloudMs, variants: [{ edgeMs, cloudMs, ...rest }] };
    }),
  });
}

function withoutBatches(scenario: Scenario): Scenario {
  const edges = scenario.edges.map((edge) => ({ ...edge, batch: undefined }));
  return { ...scenario, edges, cloud: { ...scenario.cloud, batch: undefined } };
}

function print(scenario: string, label: string, runs: readonly FleetRun[], ours: readonly FleetRun[]): void {
  const mean = (value: (run: FleetRun) => number) => sum(runs.map(value)) / runs.length;
  const over = runs.map(
    ({ summary }, i) => 100 * ((ours[i] as FleetRun).summary.utility / summary.utility - 1),
  );
  const meanOver = sum(over) / over.length;
  const cells = [
    scenario,
    label,
    mean(({ summary }) => summary.utility).toFixed(0),
    runs === ours
      ? ''
      : `${meanOver.toFixed(1)} (${Math.min(...over).toFixed(1)} to ${Math.max(...over).toFixed(1)})`,
    mean(({ summary, bound }) => (100 * summary.utility) / bound).toFixed(1),
    mean(({ summary }) => summary.onTimePercent).toFixed(1),
    mean(({ summary }) => summary.meanQuality).toFixed(3),
    mean(({ summary: { fates } }) => (fates['late-edge'] ?? 0) + (fates['late-cloud'] ?? 0)).toFixed(0),
    mean(({ batched }) => batched).toFixed(0),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function best(all: readonly [Variant, ...Variant[]], worth: (variant: Variant) => number): Variant {
  return all.reduce((a, b) => (worth(b) > worth(a) ? b : a));
}
