import { describe, expect, it } from 'vitest';
import { brokenCouplings } from './coupling.ts';
import type { KnobDeclaration } from './knob.ts';

const step: KnobDeclaration = {
  name: 'step',
  target: { kind: 'parameter', node: '/controller', parameter: 'model_dt' },
  domain: { type: 'real', low: 0, high: 1 },
  unit: 's',
  takesEffect: 'immediate',
  couples: [{ knob: 'frequency', relation: '>=', of: 'reciprocal' }],
};
const broken = (seconds: number, hz: number | string) =>
  brokenCouplings([step], { step: seconds, frequency: hz }).length > 0;

describe('a coupling', () => {
  it('holds on the bound, whatever the last digits say', () => {
    expect(broken(0.05, 20)).toBe(false);
    expect(broken(Math.fround(1 / 30), 30)).toBe(false);
    expect(broken(0.0499, 20)).toBe(true);
  });

  it('to the reciprocal of nothing is broken by every value', () => {
    expect(broken(0.05, 0)).toBe(true);
  });

  it('is not judged while one of the two is no number', () => {
    expect(broken(0.05, 'fast')).toBe(false);
  });
});
