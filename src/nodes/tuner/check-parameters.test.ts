import { describe, expect, it } from 'vitest';
import { checkParameters } from './check-parameters.ts';
import { tunerParameters } from './parameters.ts';

const defaults = Object.fromEntries(
  Object.entries(tunerParameters).map(([name, declaration]) => [name, declaration.default]),
);

describe('the tuner’s parameters together', () => {
  it.each([
    [{}],
    [{ context: ['phase=inspect', 'battery=20.5', 'note=a=b c'] }],
    [{ broken_windows: 5, of_windows: 5 }],
    [{ monitor_period_s: 0 }],
    [{ monitor_period_s: 0.5 }],
  ])('%j is accepted', (change) => {
    expect(checkParameters({ ...defaults, ...change })).toEqual({ ok: true, value: undefined });
  });

  it.each([
    [{ context: ['phase'] }, 'TT_CONTEXT', 'phase'],
    [{ context: ['phase=inspect', '=inspect'] }, 'TT_CONTEXT', '=inspect'],
    [{ context: ['phase= '] }, 'TT_CONTEXT', 'phase= '],
    [{ context: ['2nd=x'] }, 'TT_CONTEXT', '2nd=x'],
    [{ broken_windows: 6 }, 'TT_PARAM_RANGE', '6'],
    [{ monitor_period_s: 0.1 }, 'TT_PARAM_RANGE', '0.1'],
  ])('%j is refused', (change, code, found) => {
    expect(checkParameters({ ...defaults, ...change })).toMatchObject({
      ok: false,
      refusals: [{ code, found }],
    });
  });
});
