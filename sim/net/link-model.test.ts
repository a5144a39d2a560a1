import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { checkConditions, type LinkConditions, LinkModel } from './link-model.ts';
import { conditionsAt, linkPresets } from './link-profile.ts';

const clean: LinkConditions = { delayMs: 50, jitterMs: 0, lossFraction: 0, bandwidthMbps: 8 };

function linkOf(change: Partial<LinkConditions>, seed = 1): LinkModel {
  return new LinkModel({ ...clean, ...change }, seededRandom(seed));
}

describe('LinkModel', () => {
  it('adds the time on the wire and the delay', () => {
    expect(linkOf({}).openStream().transmit(1000, 10_000)).toBeCloseTo(1060);
  });

  it('queues what comes faster than the bandwidth, over all streams', () => {
    const link = linkOf({});
    const [one, two] = [link.openStream(), link.openStream()];
    expect([one.transmit(0, 10_000), two.transmit(0, 10_000), one.transmit(100, 1000)]).toEqual([
      60, 70, 151,
    ]);
  });

  it('jitters around the delay and keeps the order of a stream (seed 3)', () => {
    const stream = linkOf({ jitterMs: 20 }, 3).openStream();
    const arrivals = Array.from({ length: 500 }, (_, i) => stream.transmit(i * 1000, 100) - i * 1000);
    const mean = arrivals.reduce((sum, value) => sum + value, 0) / arrivals.length;
    const deviation = Math.sqrt(
      arrivals.reduce((sum, value) => sum + (value - mean) ** 2, 0) / arrivals.length,
    );
    expect(mean).toBeGreaterThan(45);
    expect(mean).toBeLessThan(56);
    expect(deviation).toBeGreaterThan(15);
    expect(deviation).toBeLessThan(25);
    const dense = linkOf({ jitterMs: 20, lossFraction: 0.1 }, 3).openStream();
    const ordered = Array.from({ length: 500 }, (_, i) => dense.transmit(i, 100));
    expect(ordered).toEqual([...ordered].sort((a, b) => a - b));
  });

  it('turns loss into stalls: a timeout for a single segment, one round trip inside a long chunk', () => {
    const stalls = (bytes: number) => {
      const link = linkOf({ lossFraction: 0.02, bandwidthMbps: 100_000 }, 4);
      const times = Array.from(
        { length: 2000 },
        (_, i) => link.openStream().transmit(i * 10_000, bytes) - i * 10_000,
      );
      return times.map((time) => Math.round(time - 50)).filter((time) => time > 0);
    };
    const single = stalls(1000);
    expect(single.length).toBeGreaterThan(20);
    expect(single.length).toBeLessThan(60);
    expect(Math.min(...single)).toBe(200);
    const long = stalls(100_000);
    expect(long.filter((time) => time === 100).length).toBeGreaterThan(long.length / 2);
  });

  it('repeats itself by seed and differs between seeds', () => {
    const times = (seed: number) => {
      const stream = linkOf({ jitterMs: 20, lossFraction: 0.1 }, seed).openStream();
      return Array.from({ length: 20 }, (_, i) => stream.transmit(i * 500, 5000));
    };
    expect(times(9)).toEqual(times(9));
    expect(times(9)).not.toEqual(times(10));
  });

  it('takes new conditions for what is sent later', () => {
    const link = linkOf({});
    const stream = link.openStream();
    stream.transmit(0, 1000);
    link.set({ ...clean, delayMs: 500 });
    expect(stream.transmit(10, 1000)).toBeCloseTo(511);
    link.set(clean);
    expect(stream.transmit(20, 1000)).toBeCloseTo(511);
    expect(stream.transmit(1000, 1000)).toBeCloseTo(1051);
  });
});

describe('checkConditions', () => {
  it.each([
    { delayMs: -1 },
    { jitterMs: Number.NaN },
    { lossFraction: 1 },
    { bandwidthMbps: 0 },
    { bandwidthMbps: Number.POSITIVE_INFINITY },
  ])('refuses %j', (change) => {
    const result = checkConditions({ ...clean, ...change });
    expect(result.ok ? [] : result.refusals.map(({ code }) => code)).toEqual(['TT_PARAM_RANGE']);
  });

  it('accepts the presets', () => {
    expect(Object.values(linkPresets).map((preset) => checkConditions(preset).ok)).toEqual([true, true]);
  });
});

describe('conditionsAt', () => {
  it('gives the last step that has begun, the first before all', () => {
    const profile = [
      { atS: 5, ...linkPresets.good },
      { atS: 20, ...linkPresets.bad },
    ] as const;
    expect([0, 5, 19.9, 20, 100].map((time) => conditionsAt([...profile], time).delayMs)).toEqual([
      15, 15, 15, 250, 250,
    ]);
    expect(conditionsAt([...profile], 20)).toEqual(linkPresets.bad);
  });
});
