import { describe, expect, it } from 'vitest';
import { summarizeLatencies } from '../../measure/latency-stats.ts';
import type { Profile } from '../../measure/profile.ts';
import { normal, type Random, seededRandom } from '../../random.ts';
import { parseSpec } from '../../spec/parse-spec.ts';
import { profileOf } from '../../spec/profile-fixture.ts';
import type { Spec } from '../../spec/spec.ts';
import { playWindow, topicWindow, traffic } from './robot-windows.fixture.ts';
import { surelyBroken } from './surely-broken.ts';

function specOf(...requirements: string[]): Spec {
  const knob = '{parameter: /robot load, range: [2, 60] Hz, takes_effect: immediate}';
  const read = parseSpec(`require: [${requirements.join(', ')}]\nknobs: [${knob}]\n`, 'robot.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.refusals));
  return read.value;
}

const windowMs = 2500;
const risk = 0.01;
type Robot = (random: Random) => (elapsedMs: number) => Profile;

/** Plays windows of a robot: the share of those cut that meet everything, their number, and when a window ended. */
function playWindows(spec: Spec, robot: Robot, { windows = 1000, seed = 1, risk: allowed = risk } = {}) {
  const random = seededRandom(seed);
  const played = Array.from({ length: windows }, () =>
    playWindow({ spec, at: robot(random), windowMs, risk: allowed }),
  );
  const met = played.filter((one) => one.met);
  const endsMs = played.map(({ cutMs = windowMs }) => cutMs);
  return {
    met: met.length,
    falselyCut: met.filter(({ cutMs }) => cutMs !== undefined).length / met.length,
    cut: played.filter(({ cutMs }) => cutMs !== undefined).length / windows,
    meanEndMs: endsMs.reduce((sum, ms) => sum + ms, 0) / windows,
  };
}

const talkingAt =
  (kind: keyof typeof traffic, hz: number): Robot =>
  (random) =>
    topicWindow(traffic[kind], hz, windowMs, random);

/** A reading whose values of each moment scatter around a mean, each a mixture of the one before and chance. */
const reading =
  (mean: number, scatter: number, memory = 0): Robot =>
  (random) => {
    const momentMs = 50;
    const values: number[] = [];
    let state = normal(random);
    for (let i = 0; i < windowMs / momentMs; i++) {
      values.push(mean * (1 + scatter * state));
      state = memory * state + Math.sqrt(1 - memory * memory) * normal(random);
    }
    return (elapsedMs) => {
      const past = values.slice(0, elapsedMs / momentMs);
      const cpu = past.reduce((sum, value) => sum + value, 0) / past.length;
      return profileOf({ windowMs: elapsedMs, cpu: { planner: cpu } });
    };
  };

/** Latencies at 20 Hz, log-normal around a median. */
const latencies =
  (medianMs: number, scatter: number): Robot =>
  (random) => {
    const all = Array.from({ length: 50 }, () => medianMs * Math.exp(scatter * normal(random)));
    return (elapsedMs) => {
      const profile = profileOf({ windowMs: elapsedMs, paths: { 'image -> core': 1 } });
      const latency = summarizeLatencies(all.slice(0, elapsedMs / 50));
      return { ...profile, paths: profile.paths.map((path) => ({ ...path, latency })) };
    };
  };

const rate = '{topic: core, rate: ">= 20 Hz"}';
const cpu = '{process: planner, cpu: "<= 1 cores"}';
const p95 = '{path: [image, core], latency: p95 <= 100 ms}';

describe('a window that would end well', () => {
  it.each(Object.keys(traffic) as (keyof typeof traffic)[])(
    'is cut with no more than the risk: a rate just on its bound, %s',
    (kind) => {
      const { met, falselyCut } = playWindows(specOf(rate), talkingAt(kind, 20));
      expect(met).toBeGreaterThan(400);
      expect(falselyCut).toBeLessThanOrEqual(risk);
    },
  );

  it.each([0, 0.7])('is cut with no more than the risk: a mean on its bound, memory %f', (memory) => {
    const { met, falselyCut } = playWindows(specOf(cpu), reading(1, 0.4, memory), { windows: 2000 });
    expect(met).toBeGreaterThan(800);
    expect(falselyCut).toBeLessThanOrEqual(risk);
  });

  it('is cut with no more than the risk: a percentile on its bound', () => {
    const { met, falselyCut } = playWindows(specOf(p95), latencies(52, 0.4), { windows: 2000 });
    expect(met).toBeGreaterThan(800);
    expect(falselyCut).toBeLessThanOrEqual(risk);
  });

  it('is not cut for a pause at its beginning', () => {
    const pausing: Robot = (random) => {
      const at = topicWindow(traffic.steady, 30, windowMs, random);
      return (elapsedMs) => {
        const profile = at(Math.max(0, elapsedMs - 400));
        const topics = profile.topics.map((topic) => ({
          ...topic,
          maxGapMs: Math.max(topic.maxGapMs, 400),
          observedMs: elapsedMs,
        }));
        return { ...profile, windowMs: elapsedMs, topics };
      };
    };
    expect(playWindows(specOf(rate), pausing, { windows: 200 }).cut).toBe(0);
  });
});

describe('a window that will end badly', () => {
  it('is cut the sooner, the worse it is', () => {
    const ends = [0.001, 5, 10, 15].map(
      (hz) => playWindows(specOf(rate), talkingAt('loaded', hz), { windows: 200 }).meanEndMs,
    );
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(ends[2]).toBeLessThan(windowMs / 2);
  });

  it('is cut for a mean and for a percentile', () => {
    expect(playWindows(specOf(cpu), reading(1.8, 0.2), { windows: 200 }).meanEndMs).toBeLessThan(
      windowMs / 2,
    );
    expect(playWindows(specOf(p95), latencies(130, 0.4), { windows: 200 }).meanEndMs).toBeLessThan(
      windowMs / 2,
    );
  });

  it('is cut later, the less risk is taken, and never for none', () => {
    const slow = talkingAt('loaded', 15);
    const [bold, careful, never] = [0.1, 0.001, 0].map((risk) =>
      playWindows(specOf(rate), slow, { windows: 200, risk }),
    );
    expect(bold!.meanEndMs).toBeLessThan(careful!.meanEndMs);
    expect(never!.cut).toBe(0);
  });

  it('is cut with the reason', () => {
    const at = topicWindow(traffic.steady, 4, windowMs, seededRandom(1));
    const looks = [250, 500, 750, 1000].map(at);
    const cut = surelyBroken({ spec: specOf(rate), references: {}, looks, windowMs, risk });
    expect(cut).toMatchObject({
      requirement: 'core rate >= 20 Hz',
      reason: expect.stringMatching(/^core rate >= 20 Hz was surely broken after 1.00 s: [0-9.]+ Hz$/),
    });
  });
});

describe('what proves nothing', () => {
  const looksAt = (profileAt: (elapsedMs: number) => Profile) => [250, 500, 750, 1000].map(profileAt);
  const isCut = (spec: Spec, looks: Profile[], references = {}) =>
    surelyBroken({ spec, references, looks, windowMs, risk }) !== undefined;

  it('a topic that was not listened to all the time', () => {
    const silent = topicWindow(traffic.steady, 0.001, windowMs, seededRandom(1));
    const deaf = (elapsedMs: number): Profile => {
      const profile = silent(elapsedMs);
      return { ...profile, topics: profile.topics.map((topic) => ({ ...topic, observedMs: 100 })) };
    };
    expect([silent, deaf].map((each) => isCut(specOf(rate), looksAt(each)))).toEqual([true, false]);
  });

  it('a latency without samples, and a process that is not there', () => {
    const spec = specOf(p95, cpu);
    const nothing = (elapsedMs: number) =>
      profileOf({ windowMs: elapsedMs, paths: { 'image -> core': Number.NaN } });
    expect(isCut(spec, looksAt(nothing))).toBe(false);
  });

  it('a share of a baseline that is not known yet', () => {
    const spec = specOf('{topic: core, rate: ">= 0.9 × baseline"}');
    const slow = topicWindow(traffic.steady, 5, windowMs, seededRandom(1));
    expect(isCut(spec, looksAt(slow))).toBe(false);
    expect(isCut(spec, looksAt(slow), { 'core rate >= 0.9 × baseline': 30 })).toBe(true);
  });

  it('one look alone', () => {
    const silent = topicWindow(traffic.steady, 0.001, windowMs, seededRandom(1));
    expect(isCut(specOf(rate), [silent(250)])).toBe(false);
    expect(isCut(specOf(rate), [])).toBe(false);
  });
});
