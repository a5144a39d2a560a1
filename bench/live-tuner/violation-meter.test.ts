import { describe, expect, it } from 'vitest';
import type { Profile } from '../../src/core/measure/profile.ts';
import type { Spec } from '../../src/core/spec/spec.ts';
import { ViolationMeter } from './violation-meter.ts';

const spec: Spec = {
  requirements: [
    {
      name: 'a rate >= 50 Hz',
      metric: { kind: 'topic-rate', topic: '/a' },
      comparison: '>=',
      bound: 50,
      unit: 'Hz',
    },
  ],
  objectives: [],
  knobs: [],
  context: [],
};

function window(endS: number, rateHz: number): Profile {
  return {
    endMs: endS * 1000,
    windowMs: 1000,
    topics: [{ topic: '/a', rateHz }],
    paths: [],
    processes: [],
    cgroups: [],
    platform: {},
    unmappedNodes: [],
  } as unknown as Profile;
}

describe('ViolationMeter', () => {
  it('lets each window stand for the time since the one before, the first for its own length', () => {
    const meter = new ViolationMeter(spec);
    meter.add(window(10, 40));
    meter.add(window(11, 60));
    meter.add(window(13.5, 49));
    expect(meter.harm).toEqual({ watchedS: 4.5, brokenS: 3.5 });
  });

  it('counts from 0 after a reset, without a gap', () => {
    const meter = new ViolationMeter(spec);
    meter.add(window(10, 40));
    meter.reset();
    expect(meter.harm).toEqual({ watchedS: 0, brokenS: 0 });
    meter.add(window(12, 40));
    expect(meter.harm).toEqual({ watchedS: 2, brokenS: 2 });
  });

  it('counts nothing twice', () => {
    const meter = new ViolationMeter(spec);
    meter.add(window(10, 40));
    meter.add(window(10, 40));
    meter.add(window(9, 40));
    expect(meter.harm).toEqual({ watchedS: 1, brokenS: 1 });
  });

  it('takes silence for broken', () => {
    const meter = new ViolationMeter(spec);
    meter.add({ ...window(10, 0), topics: [] });
    expect(meter.harm.brokenS).toBe(1);
  });
});
