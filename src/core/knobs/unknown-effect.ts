import { formatNumber } from '../spec/describe.ts';
import type { KnobDeclaration, KnobValue, Verdict } from './knob.ts';
import { formatKnobValue } from './knob-value.ts';

/** Messages per second by topic. */
export type Rates = ReadonlyMap<string, number>;

/** Relative scatter of a rate that still counts as the same. */
const relativeTolerance = 0.12;
/** A window that begins between two messages counts one more or less, and a little timing jitter. */
const messageTolerance = 1.2;

/**
 * What became of a write whose effect nobody has described, from the rates of what the node publishes before and after
 * it. `confirmed`: a rate changed, and is now the requested number. `accepted`: the target holds the value, and either
 * some rate changed in another way or none did, which may just not show.
 */
export function judgeUnknownEffect(options: {
  declaration: KnobDeclaration;
  requested: KnobValue;
  before: Rates;
  after: Rates;
  windowMs: number;
}): Extract<Verdict, { evidence: string }> {
  const { declaration, requested, before, after, windowMs } = options;
  const isNear = (hz: number, other: number) =>
    Math.abs(hz - other) <= Math.max(relativeTolerance * other, messageTolerance / (windowMs / 1000));
  const changed = [...after].filter(([topic, hz]) => !isNear(hz, before.get(topic) ?? hz));
  const asked = changed.find(([, hz]) => typeof requested === 'number' && isNear(hz, requested));
  const [topic, hz] = asked ?? changed[0] ?? [];
  if (topic === undefined || hz === undefined) {
    const rates =
      after.size === 0
        ? 'it publishes nothing that could show an effect'
        : 'no rate that it publishes changed';
    const evidence = `the target holds ${formatKnobValue(declaration, requested)}; ${rates}`;
    return { outcome: 'accepted', achieved: plain(requested), evidence };
  }
  const evidence = `${topic} went from ${hertz(before.get(topic) ?? 0)} to ${hertz(hz)}`;
  return asked
    ? { outcome: 'confirmed', achieved: hz, evidence }
    : { outcome: 'accepted', achieved: plain(requested), evidence };
}

function hertz(value: number): string {
  return `${formatNumber(value, 3)} Hz`;
}

function plain(value: KnobValue): number | string {
  return typeof value === 'boolean' ? String(value) : value;
}
