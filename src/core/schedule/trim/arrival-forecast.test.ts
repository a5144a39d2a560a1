import { describe, expect, it } from 'vitest';
import { ArrivalForecast } from './arrival-forecast.ts';

/** The times of at most so many that are expected next. */
function next(forecast: ArrivalForecast, nowMs: number, most: number): number[] {
  const times = new Float64Array(most);
  return [...times.subarray(0, forecast.next(nowMs, most, times))];
}

describe('ArrivalForecast', () => {
  it('knows nothing of a stream before its second task', () => {
    const forecast = new ArrivalForecast();
    forecast.arrived('a', 0);
    expect(next(forecast, 10, 3)).toEqual([]);
    forecast.arrived('a', 1000);
    expect(next(forecast, 1010, 3)).toEqual([2000]);
  });

  it('gives the next of several sources in order, and no more than asked for', () => {
    const forecast = new ArrivalForecast();
    for (const [source, phase] of [
      ['a', 300],
      ['b', 100],
      ['c', 200],
    ] as const) {
      forecast.arrived(source, phase);
    }
    for (const [source, phase] of [
      ['b', 100],
      ['c', 200],
      ['a', 300],
    ] as const) {
      forecast.arrived(source, 1000 + phase);
    }
    expect(next(forecast, 1400, 2)).toEqual([2100, 2200]);
  });

  it('waits a while for what is overdue, then no longer', () => {
    const forecast = new ArrivalForecast();
    forecast.arrived('a', 0);
    forecast.arrived('a', 1000);
    expect(next(forecast, 2100, 1)).toEqual([2100]);
    expect(next(forecast, 2300, 1)).toEqual([]);
    forecast.arrived('a', 3000);
    expect(next(forecast, 3000, 1)).toEqual([4200]);
  });
});
