import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../core/clock.ts';
import type { Actuator, Configuration, KnobDeclaration, KnobValue } from '../../core/knobs/knob.ts';
import { detail, fps, throttle } from '../../core/knobs/knob-fixture.ts';
import { MemoryActuator } from '../../core/knobs/memory-actuator.ts';
import type { ProfileRow } from '../../core/measure/profile-table.ts';
import { accept } from '../../core/refusal.ts';
import { profileOf } from '../../core/spec/profile-fixture.ts';
import type { Shown } from '../tuner/learn.ts';
import { Characterization, putBack, readKnobs, type SweepProgress } from './characterization.ts';

/** A robot in memory whose image topic follows the camera's rate, and a table that only collects. */
class Bench {
  readonly clock = new VirtualClock();
  readonly rows: ProfileRow[] = [];
  readonly progress: SweepProgress[] = [];
  readonly actuators: Map<string, Actuator>;
  readonly #declarations: KnobDeclaration[];
  /** How many waits are left before the sweep is broken off in one. */
  sleeps = Number.POSITIVE_INFINITY;
  readonly abort = new AbortController();

  constructor(knobs: Record<string, [KnobDeclaration, KnobValue]>) {
    const entries = Object.values(knobs);
    this.#declarations = entries.map(([declaration]) => declaration);
    this.actuators = new Map(entries.map(([each, value]) => [each.name, new MemoryActuator(each, value)]));
  }

  get knobs() {
    const declarations = this.#declarations;
    const withPartners = async () => accept({ declarations, values: {} });
    return { declarations, actuators: this.actuators, withPartners };
  }

  /** Of the last run. */
  shown: readonly Shown[] = [];

  async run(settings: Configuration[]) {
    const { rows } = this;
    const run = new Characterization({
      knobs: this.knobs,
      table: {
        rows,
        has: (step) => rows.some((row) => JSON.stringify(row.settings) === JSON.stringify(step.settings)),
        add: (row) => rows.push(row),
      },
      timing: { settleMs: 500, windowMs: 2000 },
      snapshot: async () => {
        const held = await readKnobs(this.actuators);
        return accept(profileOf({ rates: { image: held['camera fps'] as number }, platform: { cpu: 1 } }));
      },
      sleep: async (ms) => {
        this.clock.advanceTo(this.clock.nowMs() + ms);
        if (this.sleeps-- > 0) return true;
        this.abort.abort();
        return false;
      },
      signal: this.abort.signal,
      clock: this.clock,
      onProgress: (progress) => this.progress.push(progress),
    });
    const ran = await run.run(settings.map((each) => ({ settings: each, repeat: 1 })));
    this.shown = run.shown;
    return ran;
  }
}

const unreachable: Actuator = {
  read: async () => 2,
  write: async () => ({ ok: false, outcome: 'unreachable', reason: 'gone' }),
};

describe('Characterization', () => {
  it('turns, waits, measures, and judges each knob', async () => {
    const bench = new Bench({ fps: [fps, 30], detail: [detail, 4] });
    const settings = [10, 30].map((rate) => ({ 'camera fps': rate, 'preview detail': 1 }));
    expect(await bench.run(settings)).toMatchObject({ ok: true });
    expect(bench.rows.map((row) => row.settings)).toEqual(settings);
    expect(bench.rows[0]).toMatchObject({
      metrics: { 'topic image rate_hz': 10, 'platform cpu': 1 },
      windowMs: 2000,
      verdicts: [
        { name: 'camera fps', requested: '10', verdict: { outcome: 'confirmed', achieved: 10 } },
        { name: 'preview detail', requested: '1', verdict: { outcome: 'accepted' } },
      ],
    });
    expect(bench.clock.nowMs()).toBe(2 * 2500);
    expect(bench.progress.map(({ done, phase }) => `${done} ${phase}`)).toEqual(
      [0, 1].flatMap((done) => ['applying', 'settling', 'measuring'].map((phase) => `${done} ${phase}`)),
    );
  });

  it('leaves out what the table has already', async () => {
    const bench = new Bench({ fps: [fps, 30] });
    await bench.run([{ 'camera fps': 10 }]);
    await bench.run([{ 'camera fps': 10 }, { 'camera fps': 20 }]);
    expect(bench.rows).toHaveLength(2);
    expect(bench.clock.nowMs()).toBe(2 * 2500);
  });

  it('keeps a value that its target refuses as a row without measurements, and goes on', async () => {
    const bench = new Bench({ fps: [fps, 30] });
    const narrow = { ...fps, domain: { type: 'ordinal' as const, values: [10, 30] } };
    bench.actuators.set('camera fps', new MemoryActuator(narrow, 30));
    expect(await bench.run([{ 'camera fps': 20 }, { 'camera fps': 10 }])).toMatchObject({ ok: true });
    expect(bench.rows[0]).toMatchObject({
      windowMs: 0,
      metrics: {},
      verdicts: [{ verdict: { outcome: 'rejected' } }],
    });
    expect(bench.rows[1]).toMatchObject({ metrics: { 'topic image rate_hz': 10 } });
  });

  it('tells what it has shown of the knobs that it turned, and of no others', async () => {
    const bench = new Bench({ fps: [fps, 30] });
    const narrow = { ...fps, domain: { type: 'ordinal' as const, values: [10, 30] } };
    bench.actuators.set('camera fps', new MemoryActuator(narrow, 30));
    await bench.run([{ 'camera fps': 30 }, { 'camera fps': 20 }, { 'camera fps': 10 }]);
    expect(bench.shown.map(({ verdict }) => verdict.outcome)).toEqual(['rejected', 'confirmed']);
  });

  it('ends at a target that does not answer, without a row for it', async () => {
    const bench = new Bench({ fps: [fps, 30], detail: [detail, 2] });
    bench.actuators.set('preview detail', unreachable);
    const ran = await bench.run([{ 'camera fps': 10, 'preview detail': 1 }]);
    expect(ran).toMatchObject({ refusals: [{ code: 'TT_KNOB_UNREACHABLE', found: 'preview detail' }] });
    expect(bench.rows).toEqual([]);
    expect(await readKnobs(bench.actuators)).toMatchObject({ 'camera fps': 30 });
  });

  it.each([0, 1])('is broken off after %i waits, without a row', async (sleeps) => {
    const bench = new Bench({ fps: [fps, 30] });
    bench.sleeps = sleeps;
    expect(await bench.run([{ 'camera fps': 10 }])).toMatchObject({ refusals: [{ code: 'TT_CANCELLED' }] });
    expect(bench.rows).toEqual([]);
  });
});

describe('Characterization that was broken off before', () => {
  it('turns nothing', async () => {
    const bench = new Bench({ fps: [fps, 30] });
    bench.abort.abort();
    expect(await bench.run([{ 'camera fps': 10 }])).toMatchObject({ refusals: [{ code: 'TT_CANCELLED' }] });
    expect(await readKnobs(bench.actuators)).toEqual({ 'camera fps': 30 });
  });
});

describe('Characterization on a full disk', () => {
  it('ends with the reason', async () => {
    const bench = new Bench({ fps: [fps, 30] });
    bench.rows.push = () => {
      throw new Error('ENOSPC');
    };
    const ran = await bench.run([{ 'camera fps': 10 }]);
    expect(ran).toMatchObject({
      refusals: [{ code: 'TT_FILE_UNWRITABLE', reason: expect.stringContaining('ENOSPC') }],
    });
  });
});

describe('putBack', () => {
  it('gives every knob what it held, also a value outside its own range', async () => {
    const bench = new Bench({ fps: [fps, 10], throttle: [throttle, 5] });
    const loose = { ...throttle, domain: { type: 'real' as const, low: -1, high: 30 } };
    bench.actuators.set(throttle.name, new MemoryActuator(loose, 5));
    const before = { 'camera fps': 30, 'throttle preview': -1 };
    expect(await putBack(bench.knobs, before)).toEqual([]);
    expect(await readKnobs(bench.actuators)).toEqual(before);
  });

  it('puts the others back where one cannot be, and names that one', async () => {
    const bench = new Bench({ detail: [detail, 2], fps: [fps, 10] });
    bench.actuators.set('preview detail', unreachable);
    const refusals = await putBack(bench.knobs, { 'preview detail': 4, 'camera fps': 30 });
    expect(refusals).toMatchObject([{ code: 'TT_KNOB_UNREACHABLE', found: 'preview detail' }]);
    expect(await readKnobs(bench.actuators)).toMatchObject({ 'camera fps': 30 });
  });

  it('writes nothing that is in place already', async () => {
    const bench = new Bench({ detail: [detail, 2] });
    bench.actuators.set('preview detail', unreachable);
    expect(await putBack(bench.knobs, { 'preview detail': 2 })).toEqual([]);
  });
});
