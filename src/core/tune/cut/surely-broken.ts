import type { Profile } from '../../measure/profile.ts';
import { formatNumber } from '../../spec/describe.ts';
import { evaluate, type References, type RequirementEvaluation } from '../../spec/evaluate.ts';
import { latencyOf, metricValue, topicOf } from '../../spec/metric-value.ts';
import { fractionOf } from '../../spec/quantile-confidence.ts';
import type { Spec } from '../../spec/spec.ts';
import { chanceOfMean, chanceOfQuantile, chanceOfRate } from './evidence.ts';

/** How often it is looked whether a trial's window can still end well. */
export const lookEveryMs = 250;
/** A robot may pause for a moment just as the window begins. */
const fewestLooks = 2;

/** Why a trial is cut short. */
export type Cut = { requirement: string; reason: string };

/**
 * Whether some requirement will surely be broken when a trial's window ends, from the profiles of its looks so far: each
 * of the time since the window began, in the order of their ends. `risk` is the probability, at most, of cutting a trial
 * short that would have met everything; it is shared out evenly to all looks and requirements (Bonferroni). 0 cuts
 * nothing. What is not measured yet proves nothing.
 */
export function surelyBroken(options: {
  spec: Spec;
  references: References;
  looks: readonly Profile[];
  windowMs: number;
  risk: number;
}): Cut | undefined {
  const { spec, references, looks, windowMs, risk } = options;
  const latest = looks.at(-1);
  if (latest === undefined || looks.length < fewestLooks) return undefined;
  const { requirements } = evaluate(spec, latest, references);
  const tests = requirements.length * Math.max(1, Math.ceil(windowMs / lookEveryMs) - fewestLooks);
  const cut = requirements.find((one) => {
    const chance = chanceOf(one, looks, windowMs);
    return chance !== undefined && chance < risk / tests;
  });
  return cut && { requirement: cut.requirement.name, reason: reasonOf(cut, latest.windowMs) };
}

/** The probability of what was seen if the window ends on the bound; undefined where nothing can be said. */
function chanceOf(
  { requirement, bound, measured }: RequirementEvaluation,
  looks: readonly Profile[],
  windowMs: number,
): number | undefined {
  const latest = looks.at(-1)!;
  const { metric, comparison } = requirement;
  const elapsedMs = latest.windowMs;
  if (bound === undefined || measured === undefined || elapsedMs >= windowMs) return undefined;
  const share = elapsedMs / windowMs;
  if (metric.kind === 'topic-rate') {
    const topic = topicOf(metric.topic, latest);
    return topic && chanceOfRate(topic, { comparison, bound }, { elapsedMs, windowMs });
  }
  const fraction = fractionOf(metric);
  if (fraction === undefined) {
    const blocks = blocksOf(looks, (profile) => metricValue(metric, profile));
    return blocks && chanceOfMean(blocks, { comparison, bound }, share);
  }
  const latency = latencyOf(metric, latest);
  return latency && comparison === '<=' ? chanceOfQuantile(latency, fraction, bound, share) : undefined;
}

/** What a mean over time was between one look and the next, from the means since the beginning. */
function blocksOf(
  looks: readonly Profile[],
  metricOf: (profile: Profile) => number | undefined,
): number[] | undefined {
  const blocks: number[] = [];
  let [sumBefore, msBefore] = [0, 0];
  for (const look of looks) {
    const value = metricOf(look);
    if (value === undefined || !Number.isFinite(value)) return undefined;
    const sum = value * look.windowMs;
    if (look.windowMs > msBefore) blocks.push((sum - sumBefore) / (look.windowMs - msBefore));
    [sumBefore, msBefore] = [sum, look.windowMs];
  }
  return blocks;
}

function reasonOf({ requirement, bound, measured }: RequirementEvaluation, elapsedMs: number): string {
  const { name, unit } = requirement;
  const found = `${formatNumber(measured!, 3)} ${unit}`;
  const wanted = requirement.ofBaseline ? ` of ${formatNumber(bound!, 3)} ${unit}` : '';
  return `${name} was surely broken after ${(elapsedMs / 1000).toFixed(2)} s: ${found}${wanted}`;
}
