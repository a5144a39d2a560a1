import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../core/clock.ts';
import type { Actuator, KnobDeclaration } from '../../core/knobs/knob.ts';
import { fps } from '../../core/knobs/knob-fixture.ts';
import { MemoryActuator } from '../../core/knobs/memory-actuator.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { parseSpec } from '../../core/spec/parse-spec.ts';
import { profileOf } from '../../core/spec/profile-fixture.ts';
import type { Spec } from '../../core/spec/spec.ts';
import type { TrialTiming } from '../../core/tune/tune-goal.ts';
import { type TrialOutcome, TrialRunner } from './trial-runner.ts';

const timing: TrialTiming = { settleMs: 1000, windowMs: 2500, cutRisk: 0.01 };
const writeMs = 300;
const readMs = 20;

/** A robot that is slow to take a value, and whose core topic runs the slower the faster its camera does. */
class Robot {
  readonly clock = new VirtualClock();
  readonly windowsMs: number[] = [];
  readonly #camera = new MemoryActuator(fps, 30);
  #cameraHz = 30;
  readonly runner: TrialRunner;
  isDeaf = false;
  missedLooks: number[] = [];
  refused: number | undefined;
  /** Takes each value, and its camera goes on as before. */
  isIgnoring = false;
  isSlow = false;
  /** How many waits are left before the trial is broken off in one. */
  sleeps = Number.POSITIVE_INFINITY;

  constructor(requirement = '{topic: core, rate: ">= 20 Hz"}', improve = '') {
    this.runner = new TrialRunner({
      spec: specOf(requirement, improve),
      knobs: this.#knobs,
      profiler: {
        snapshot: async (windowMs) => {
          this.windowsMs.push(windowMs);
          return this.isDeaf || this.missedLooks.includes(this.windowsMs.length)
            ? refuse({ code: 'TT_PROFILE_TIMEOUT', reason: 'gone' })
            : accept(this.#profile(windowMs));
        },
      },
      sleep: async (ms) => {
        this.#pass(ms);
        return this.sleeps-- > 0;
      },
      clock: this.clock,
    });
  }

  run(cameraHz: number, changes: Partial<TrialTiming> = {}): Promise<Result<TrialOutcome>> {
    return this.runner.run({ [fps.name]: cameraHz }, { ...timing, ...changes }, () => undefined);
  }

  #profile(windowMs: number) {
    const cameraHz = this.#cameraHz;
    const coreHz = this.isSlow || (cameraHz > 20 && !this.isIgnoring) ? 4 : 25;
    return profileOf({ windowMs, rates: { image: this.isIgnoring ? 30 : cameraHz, core: coreHz } });
  }

  get #knobs() {
    const slow: Actuator = {
      read: async () => {
        this.#pass(readMs);
        return this.#camera.read();
      },
      write: async (value) => {
        this.#pass(writeMs);
        if (value === this.refused) return { ok: false, outcome: 'rejected', reason: 'too hot' };
        this.#cameraHz = value as number;
        return this.#camera.write(value);
      },
    };
    const declarations: KnobDeclaration[] = [fps];
    return {
      declarations,
      actuators: new Map([[fps.name, slow]]),
      read: async () => accept({ [fps.name]: this.#cameraHz }),
      withPartners: async () => accept({ declarations, values: {} }),
    };
  }

  #pass(ms: number): void {
    this.clock.advanceTo(this.clock.nowMs() + ms);
  }
}

function specOf(requirement: string, improve: string): Spec {
  const knob = '{parameter: camera fps, values: [10, 20, 30], unit: Hz, takes_effect: immediate}';
  const read = parseSpec(`require: [${requirement}]\n${improve}\nknobs: [${knob}]\n`, 'robot.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.refusals));
  return read.value;
}

function outcomeOf(outcome: Result<TrialOutcome>): TrialOutcome {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusals));
  return outcome.value;
}

describe('a trial', () => {
  it('that meets everything is measured to its end, in looks from its beginning', async () => {
    const robot = new Robot();
    const outcome = outcomeOf(await robot.run(20));
    expect(outcome).toMatchObject({ share: 1, violationMs: 0, evaluation: { met: true } });
    expect(outcome.cut).toBeUndefined();
    expect(robot.windowsMs).toEqual(Array.from({ length: 10 }, (_, i) => 250 * (i + 1)));
  });

  it('is cut as soon as a requirement is surely broken, with the reason', async () => {
    const robot = new Robot();
    const outcome = outcomeOf(await robot.run(30));
    expect(outcome.cut).toMatchObject({ requirement: 'core rate >= 20 Hz' });
    expect(outcome.share).toBeLessThan(0.5);
    expect(outcome.share).toBe(robot.windowsMs.at(-1)! / timing.windowMs);
  });

  it('is not cut without the risk, and then looked at once', async () => {
    const robot = new Robot();
    expect(outcomeOf(await robot.run(30, { cutRisk: 0 }))).toMatchObject({ share: 1 });
    expect(robot.windowsMs).toEqual([timing.windowMs]);
  });

  it('that later ones are compared with is not cut', async () => {
    for (const [requirement, improve] of [
      ['{topic: core, rate: ">= 20 Hz"}', 'improve: [{topic: image, rate: maximize}]'],
      ['{topic: core, rate: ">= 20 Hz"}, {topic: image, rate: ">= 0.5 × baseline"}', ''],
    ] as const) {
      const robot = new Robot(requirement, improve);
      expect(outcomeOf(await robot.run(30)).share).toBe(1);
      expect(outcomeOf(await robot.run(30)).share).toBeLessThan(1);
    }
  });

  it('ends with the reason when it is broken off or the profiler is gone', async () => {
    const robot = new Robot();
    robot.sleeps = 2;
    expect(await robot.run(20)).toMatchObject({ refusals: [{ code: 'TT_CANCELLED' }] });
    robot.sleeps = Number.POSITIVE_INFINITY;
    robot.isDeaf = true;
    expect(await robot.run(20)).toMatchObject({ refusals: [{ code: 'TT_PROFILE_TIMEOUT' }] });
  });

  it('goes on where the profiler does not answer for a while', async () => {
    const robot = new Robot();
    robot.missedLooks = [1, 2, 5];
    expect(outcomeOf(await robot.run(20))).toMatchObject({ share: 1, evaluation: { met: true } });
    expect(robot.windowsMs).toHaveLength(10);
  });

  it('judges each knob', async () => {
    const { verdicts } = outcomeOf(await new Robot().run(20));
    expect(verdicts).toMatchObject([{ name: fps.name, requested: '20', verdict: { outcome: 'confirmed' } }]);
  });
});

describe('what trials show of a knob', () => {
  const shown = ({ runner }: Robot) => runner.shown.map(({ name, verdict }) => [name, verdict.outcome]);

  it('is its verdict where they have turned it, not where it held its value already', async () => {
    const robot = new Robot();
    await robot.run(30);
    expect(shown(robot)).toEqual([]);
    await robot.run(20);
    await robot.run(20);
    expect(shown(robot)).toEqual([[fps.name, 'confirmed']]);
  });

  it('is no contradiction in a trial that was cut short', async () => {
    const robot = new Robot();
    robot.isIgnoring = true;
    await robot.run(20);
    expect(outcomeOf(await robot.run(25)).cut).toBeUndefined();
    expect(shown(robot)).toEqual(Array(2).fill([fps.name, 'no-effect']));
    robot.isSlow = true;
    expect(outcomeOf(await robot.run(10))).toMatchObject({
      verdicts: [{ verdict: { outcome: 'no-effect' } }],
    });
    expect(shown(robot)).toHaveLength(2);
  });

  it('is also that it refuses a value', async () => {
    const robot = new Robot();
    robot.refused = 15;
    expect(await robot.run(15)).toMatchObject({ refusals: [{ code: 'TT_KNOB_REJECTED' }] });
    expect(shown(robot)).toEqual([[fps.name, 'rejected']]);
  });
});

describe('the time in which a requirement was broken', () => {
  it('ends with the cut', async () => {
    const robot = new Robot();
    const { share, violationMs } = outcomeOf(await robot.run(30));
    expect(violationMs).toBe(timing.settleMs + share * timing.windowMs + readMs);
  });

  it('goes on until the next configuration is in force, and counts for the trial of that', async () => {
    const robot = new Robot();
    await robot.run(30);
    const brokenMs = robot.clock.nowMs();
    const good = outcomeOf(await robot.run(20));
    expect(good.evaluation.met).toBe(true);
    // The write, and that it was looked at.
    expect(good.violationMs).toBeGreaterThanOrEqual(writeMs);
    expect(good.violationMs).toBe(
      robot.clock.nowMs() - brokenMs - timing.settleMs - timing.windowMs - readMs,
    );
    expect(outcomeOf(await robot.run(20)).violationMs).toBe(0);
  });

  it('is counted without gaps from the first trial to the last', async () => {
    const robot = new Robot();
    let countedMs = 0;
    for (let i = 0; i < 3; i++) countedMs += outcomeOf(await robot.run(30)).violationMs;
    expect(countedMs).toBe(robot.clock.nowMs());
  });

  it('goes on after the last trial, until something else is in force', async () => {
    const robot = new Robot();
    await robot.run(30);
    const brokenMs = robot.clock.nowMs();
    await robot.runner.apply({ [fps.name]: 20 });
    expect(robot.runner.brokenSinceMs()).toBe(robot.clock.nowMs() - brokenMs);
    expect(robot.runner.brokenSinceMs()).toBe(0);
  });

  it('goes on while a trial fails', async () => {
    const robot = new Robot();
    await robot.run(30);
    const brokenMs = robot.clock.nowMs();
    robot.isDeaf = true;
    await robot.run(30);
    robot.isDeaf = false;
    const inForceMs = robot.clock.nowMs();
    expect(outcomeOf(await robot.run(20)).violationMs).toBeGreaterThan(inForceMs - brokenMs);
  });
});
