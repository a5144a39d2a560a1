import { describe, expect, it } from 'vitest';
import type { KnobDeclaration } from './knob.ts';
import { withPartners } from './partners.ts';
import { planTransaction } from './transaction.ts';

const frequency: KnobDeclaration = {
  name: 'frequency',
  target: { kind: 'parameter', node: '/controller', parameter: 'frequency' },
  domain: { type: 'real', low: 1, high: 100 },
  unit: 'Hz',
  takesEffect: 'reconfigure',
  fitsParameters: [{ parameter: '*.model_dt', relation: '>=', of: 'reciprocal' }],
};
const step: KnobDeclaration = {
  ...frequency,
  name: 'step',
  target: { kind: 'parameter', node: '/controller', parameter: 'Follow.model_dt' },
  domain: { type: 'real', low: 0.01, high: 1 },
  fitsParameters: [],
};
const held = new Map([
  [
    '/controller',
    new Map<string, number | string>([
      ['Follow.model_dt', 0.05],
      ['Dock.model_dt', 0.1],
      ['Follow.plugin', 'mppi'],
    ]),
  ],
]);

describe('a parameter that is no knob', () => {
  const { declarations, values } = withPartners([frequency], held);
  const plan = (hz: number) => planTransaction(declarations, { frequency: 30, ...values }, { frequency: hz });

  it('must be fitted by the knob beside it', () => {
    expect(values).toEqual({ '/controller Follow.model_dt': 0.05, '/controller Dock.model_dt': 0.1 });
    expect(plan(25)).toMatchObject({ ok: true });
    expect(plan(10)).toMatchObject({
      ok: false,
      refusals: [
        {
          code: 'TT_KNOB_COUPLED',
          reason: expect.stringContaining('/controller Follow.model_dt, which is 0.05'),
          accepted: '>= 20 Hz, that is 1 / /controller Follow.model_dt',
        },
      ],
    });
  });

  it('couples nothing where the node has none, or where it is a knob', () => {
    expect(withPartners([frequency], new Map())).toEqual({ declarations: [frequency], values: {} });
    expect(withPartners([frequency, step], held).values).toEqual({ '/controller Dock.model_dt': 0.1 });
  });
});
