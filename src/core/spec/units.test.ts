import { describe, expect, it } from 'vitest';
import { platformQuantity } from './units.ts';

describe('platformQuantity', () => {
  it.each([
    ['cpu', 'cpu'],
    ['gpu_load', 'load'],
    ['dla1_load', 'load'],
    ['pressure_memory', 'load'],
    ['power', 'power'],
    ['power_gpu_soc', 'power'],
    ['temperature_tj', 'temperature'],
  ])('of %s is %s', (reading, quantity) => {
    expect(platformQuantity(reading)).toBe(quantity);
  });

  it.each(['power_mode', 'gpu_clock_mhz', 'powers', 'temperature_', 'dla_load', '', 'toString'])(
    'is none of %j',
    (reading) => {
      expect(platformQuantity(reading)).toBeUndefined();
    },
  );
});
