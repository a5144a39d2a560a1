import { describe, expect, it } from 'vitest';
import { evaluate, referencesOf } from '../../core/spec/evaluate.ts';
import { parseSpec } from '../../core/spec/parse-spec.ts';
import { profileOf } from '../../core/spec/profile-fixture.ts';
import { marginsToMessage } from './messages.ts';

const text = `
require:
  - {topic: core, rate: ">= 0.95 × baseline"}
  - {path: [a, core], latency: p95 <= 100 ms}
improve:
  - {topic: map, rate: maximize}
`;
const at = (coreHz: number) => profileOf({ rates: { core: coreHz, map: 2 }, paths: { 'a -> core': 80 } });

describe('marginsToMessage', () => {
  const spec = parseSpec(text, 'robot.yaml');
  if (!spec.ok) throw new Error(JSON.stringify(spec.refusals));
  const baseline = referencesOf(evaluate(spec.value, at(20)));

  it('tells what a share of the baseline comes to, and how sure a percentile is', () => {
    const [share, percentile, objective] = marginsToMessage(evaluate(spec.value, at(25), baseline));
    expect(share).toMatchObject({
      required: '>= 0.95 × baseline, 19 Hz',
      measured: 25,
      met: true,
      confidence: NaN,
    });
    expect(percentile).toMatchObject({ required: '<= 100 ms', met: true });
    expect(percentile?.confidence).toBeGreaterThan(0);
    expect(objective).toMatchObject({ kind: 'objective', required: '', measured: 2, confidence: NaN });
  });

  it('has no number for what was not measured', () => {
    const [share] = marginsToMessage(evaluate(spec.value, profileOf({ rates: {} })));
    expect(share).toMatchObject({ required: '>= 0.95 × baseline', measured: NaN, margin: NaN, met: false });
  });
});
