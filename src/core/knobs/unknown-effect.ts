import type { KnobDeclaration, KnobValue, Verdict } from './knob.ts';
import { formatKnobValue } from './knob-value.ts';
import { describeLearned, learnedVerdict, type OutcomeCounts } from './table/learned-effect.ts';
import { hertz, plain, rateTolerance } from './verdict.ts';

/** Messages per second by topic. */
export type Rates = ReadonlyMap<string, number>;

/**
 * What became of a write whose effect nobody has described, from the rates of what the node publishes before and after
 * it. `confirmed`: a rate changed, and is now the requested number. `accepted`: the target holds the value, and either
 * some rate changed in another way or none did, which may just not show. `no-effect`: no rate changed, of a parameter that
 * acted when it was measured before, or of one whose effect was missing before.
 */
export function judgeUnknownEffect(options: {
  declaration: KnobDeclaration;
  requested: KnobValue;
  before: Rates;
  after: Rates;
  windowMs: number;
  /** What measurements said of the parameter before; absent: nothing. */
  learned?: OutcomeCounts | undefined;
}): Extract<Verdict, { evidence: string }> {
  const { declaration, requested, before, after, windowMs, learned = {} } = options;
  const isNear = (hz: number, other: number) => Math.abs(hz - other) <= rateTolerance(other, windowMs);
  const changed = [...after].filter(([topic, hz]) => !isNear(hz, before.get(topic) ?? hz));
  const asked = changed.find(([, hz]) => typeof requested === 'number' && isNear(hz, requested));
  const [topic, hz] = asked ?? changed[0] ?? [];
  if (topic === undefined || hz === undefined) {
    const rates =
      after.size === 0
        ? 'it publishes nothing that could show an effect'
        : 'no rate that it publishes changed';
    const evidence = `the target holds ${formatKnobValue(declaration, requested)}; ${rates}`;
    const earlier = learnedVerdict(learned);
    if (after.size === 0 || (earlier !== 'acts' && earlier !== 'no-effect'))
      return { outcome: 'accepted', achieved: plain(requested), evidence };
    const told = `${evidence}; measured before: ${describeLearned(learned)}`;
    return { outcome: 'no-effect', achieved: plain(requested), evidence: told };
  }
  const evidence = `${topic} went from ${hertz(before.get(topic) ?? 0)} to ${hertz(hz)}`;
  return asked
    ? { outcome: 'confirmed', achieved: hz, evidence }
    : { outcome: 'accepted', achieved: plain(requested), evidence };
}
