import { describe, expect, it } from 'vitest';
import { demandOf } from './demand.ts';

const parameter = (name: string, unit: string, demand?: 'rises' | 'falls') =>
  demandOf({ target: { kind: 'parameter', node: 'a', parameter: name }, unit, ...(demand && { demand }) });

describe('what a larger value does to the work', () => {
  it.each([
    ['fps', '', 'rises'],
    ['channels.left.rate', '', 'rises'],
    ['exposure', 'Hz', 'rises'],
    ['publish_period', 'ms', 'falls'],
    ['update_interval', '', 'falls'],
    ['narrate', '', undefined],
    ['learning_rate', '%', undefined],
    ['timeout', 's', undefined],
    ['resolution', 'm', undefined],
  ] as const)('is told by name and unit: %s in "%s" %s', (name, unit, demand) => {
    expect(parameter(name, unit)).toBe(demand);
  });

  it('is told by the knob first of all', () => {
    expect(parameter('rate', 'Hz', 'falls')).toBe('falls');
  });

  it('is not told of what is no parameter and has no unit', () => {
    expect(demandOf({ target: { kind: 'power-mode' }, unit: '' })).toBeUndefined();
  });
});
