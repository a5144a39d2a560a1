import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../core/clock.ts';
import type { Configuration } from '../../core/knobs/knob.ts';
import { normal, seededRandom } from '../../core/random.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { evaluate, type References, referencesOf } from '../../core/spec/evaluate.ts';
import { parseSpec } from '../../core/spec/parse-spec.ts';
import { profileOf } from '../../core/spec/profile-fixture.ts';
import { frontOf } from '../../core/tune/front.ts';
import type { JournalEvent } from '../../core/tune/journal.ts';
import { trustedProbability } from '../../core/tune/recommend.ts';
import type { TrialOutcome, TrialTiming } from './trial-runner.ts';
import { type TuneGoal, type TuneProgress, TuneRun } from './tune-run.ts';

const timing: TrialTiming = { settleMs: 1000, windowMs: 2000, cutRisk: 0.01 };
const goal: TuneGoal = {
  maxTrials: 8,
  maxMs: Number.POSITIVE_INFINITY,
  maxViolationMs: Number.POSITIVE_INFINITY,
  seed: 1,
  designer: 'constrained-gp',
  safety: 'priced',
  guardBand: 0.03,
  timing,
  verifyTiming: timing,
};
const trialMs = timing.settleMs + timing.windowMs;

const requireCore = '{topic: core, rate: ">= 25 Hz"}';
const load = '{parameter: /robot load, range: [2, 60] Hz, takes_effect: immediate}';
const gain = '{parameter: /robot gain, range: [0, 9], takes_effect: immediate}';
const overloaded = { '/robot load': 60, '/robot gain': 5 };

type Measured = Parameters<typeof profileOf>[0];
/** The core runs at 30 Hz up to a load of 30, and proportionally slower beyond. */
const robot = (configuration: Configuration): Measured => {
  const load = configuration['/robot load'] as number;
  return { rates: { core: 30 * Math.min(1, 30 / load), load } };
};

/** A search whose trials are carried out by `measure`, each in three seconds; a refusal is a trial that failed. */
async function search(
  requirements: string,
  {
    measure = robot,
    changes = {},
    isPublished = () => true,
    knobs = [load],
    held = {},
    improve = 'improve: [{topic: load, rate: maximize, enough: 60 Hz}]',
    signal = new AbortController().signal,
    program,
    onEvent = () => undefined,
  }: {
    measure?: (configuration: Configuration, trial: number) => Measured | Result<never>;
    changes?: Partial<TuneGoal>;
    isPublished?: (topic: string) => boolean;
    knobs?: string[];
    held?: Configuration;
    improve?: string;
    signal?: AbortSignal;
    /** What the designer's thread runs instead, JavaScript. */
    program?: string;
    onEvent?: (event: JournalEvent) => void;
  } = {},
) {
  const text = `require: [${requirements}]\n${improve}\nknobs: [${knobs}]\n`;
  const read = parseSpec(text, 'robot.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.refusals));
  const spec = read.value;
  const clock = new VirtualClock();
  const events: JournalEvent[] = [];
  const progress: TuneProgress[] = [];
  let trial = 0;
  let references: References = {};
  const run = new TuneRun({
    spec,
    specName: 'robot.yaml',
    inForce: Object.fromEntries(
      spec.knobs.map(({ name }) => [name, overloaded[name as keyof typeof overloaded]]),
    ),
    held,
    clock,
    goal: { ...goal, ...changes },
    isPublished,
    signal,
    ...(program !== undefined && { program: new URL(`data:text/javascript,${encodeURIComponent(program)}`) }),
    onEvent: (event) => {
      events.push(event);
      onEvent(event);
    },
    onProgress: (one) => progress.push(one),
    runner: {
      run: async (configuration): Promise<Result<TrialOutcome>> => {
        clock.advanceTo(clock.nowMs() + trialMs);
        const measured = measure(configuration, trial++);
        if ('ok' in measured) return measured;
        const profile = profileOf(measured);
        const evaluation = evaluate(spec, profile, references);
        references = { ...referencesOf(evaluation), ...references };
        const violationMs = evaluation.met ? 0 : trialMs;
        return accept({ configuration, verdicts: [], profile, evaluation, share: 1, violationMs });
      },
    },
  });
  const result = await run.run();
  const { study } = run;
  return { result, study, front: run.inUnits(frontOf(study.record)), events, progress };
}

const started = (events: JournalEvent[]) => events.find((event) => event.type === 'started');

describe('a search', () => {
  it('ends with a verified configuration, and tells of the seconds in which a requirement was broken', async () => {
    const { result, study } = await search(requireCore);
    expect(result.ok).toBe(true);
    const broken = study.history.filter(({ violationMs }) => violationMs);
    expect(broken.length).toBeGreaterThan(0);
    expect(study.violationMs).toBe(broken.length * trialMs);
  });

  it('models each requirement on its side of the bound, the guard band included', async () => {
    const { events } = await search(`${requireCore}, {process: p, cpu: "<= 2 cores"}`, {
      measure: (configuration) => ({ ...robot(configuration), cpu: { p: 1 } }),
    });
    expect(started(events)).toMatchObject({
      constraintInfo: {
        'core rate >= 25 Hz': { side: 'at-least', bound: 25.75, unit: 'Hz' },
        'p cpu <= 2 cores': { side: 'at-most', bound: 1.94, unit: 'cores' },
      },
    });
  });

  it('takes a share of the baseline from the configuration in force', async () => {
    const { result, events } = await search('{topic: core, rate: ">= 1.5 × baseline"}');
    // In force the core runs at 15 Hz.
    expect(result.ok && result.value.evaluation.requirements[0]).toMatchObject({ bound: 22.5, met: true });
    const info = started(events);
    expect(info?.type === 'started' && Object.values(info.constraintInfo ?? {})).toEqual([
      { side: 'at-least' },
    ]);
  });

  it('ends when its budget of violations is spent, and then tries nothing that cannot be trusted', async () => {
    const { result, study } = await search(requireCore, {
      measure: () => ({ rates: { core: 10, load: 5 } }),
      changes: { maxViolationMs: 2 * trialMs },
    });
    expect(study.stopped?.reason).toBe('harm');
    expect(study.history).toHaveLength(2);
    expect(result).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_NO_FEASIBLE', reason: expect.stringContaining('broken for 6.0 s') }],
    });
  });

  it('makes no more trials than it is allowed, two at the least', async () => {
    const { study } = await search(requireCore, { changes: { maxTrials: 2 } });
    expect(study.history.length).toBeLessThanOrEqual(2);
  });

  it.each(['priced', 'safe'] as const)('leaves alone what is not worth a trial, %s', async (safety) => {
    const { result, study, events } = await search(requireCore, {
      knobs: [gain, load],
      held: { '/robot gain': 5 },
      changes: { safety, maxTrials: 14 },
    });
    expect(result.ok).toBe(true);
    expect(study.history.length).toBeGreaterThan(3);
    expect(new Set(study.history.map(({ configuration }) => configuration['/robot gain']))).toEqual(
      new Set([5]),
    );
    expect(
      new Set(study.history.map(({ configuration }) => configuration['/robot load'])).size,
    ).toBeGreaterThan(3);
    expect(started(events)).toMatchObject({ space: [{ name: '/robot load' }] });
  });

  it('stays near what is known to be good in its safe mode', async () => {
    const asIs = await search(requireCore, { changes: { maxTrials: 14 } });
    const safe = await search(requireCore, { changes: { maxTrials: 14, safety: 'safe' } });
    expect(safe.result.ok).toBe(true);
    expect(safe.study.violationMs).toBeLessThanOrEqual(asIs.study.violationMs);
    expect(safe.study.history.map(({ reason }) => reason).join()).toContain('surely feasible');
  });
});

describe('a search for a front', () => {
  const improve = `trade_off: pareto
improve: [{topic: load, rate: maximize, enough: 60 Hz}, {topic: rest, rate: maximize}]`;
  const measure = (configuration: Configuration): Measured => {
    const { rates } = robot(configuration);
    return { rates: { ...rates, rest: 90 - (rates?.load ?? 0) } };
  };

  it('tells the front in the units of the objectives, with its knee and what stays in force', async () => {
    const { result, study, front, events } = await search(requireCore, {
      measure,
      improve,
      changes: { maxTrials: 14 },
    });
    expect(result.ok).toBe(true);
    expect(started(events)).toMatchObject({ objectives: ['load rate', 'rest rate'] });
    expect(front.length).toBeGreaterThan(2);
    expect(front.filter(({ knee }) => knee)).toHaveLength(1);
    const kept = front.filter(({ inForce }) => inForce);
    expect(kept.map(({ configuration }) => configuration)).toEqual([study.conclusion()?.configuration]);
    for (const { configuration, objectives, number } of front) {
      const { rates } = measure(configuration);
      expect(objectives.map(({ name, unit }) => [name, unit])).toEqual([
        ['load rate', 'Hz'],
        ['rest rate', 'Hz'],
      ]);
      expect(Math.abs(objectives[0]!.value! - rates!.load!)).toBeLessThan(2);
      expect(Math.abs(objectives[1]!.value! - rates!.rest!)).toBeLessThan(4);
      expect(study.history[number]?.configuration).toEqual(configuration);
    }
  });

  it('has what stays in force on the front where measurements are too noisy to trust anything', async () => {
    const ends = [];
    for (let seed = 1; seed <= 6; seed++) {
      const noise = seededRandom(seed);
      const noisy = (configuration: Configuration): Measured => {
        const { rates } = measure(configuration);
        return { rates: { ...rates, core: 25.75 * (1 + 0.2 * normal(noise)) } };
      };
      ends.push(await search(requireCore, { measure: noisy, improve, changes: { seed } }));
    }
    const verified = ends.filter(({ result }) => result.ok);
    for (const { study, front } of verified) {
      const kept = front.filter(({ inForce }) => inForce);
      expect(kept.map(({ configuration }) => configuration)).toEqual([study.conclusion()?.configuration]);
    }
    const untrusted = verified.filter(({ study }) =>
      frontOf(study.record).every(({ probability }) => probability < trustedProbability),
    );
    expect(untrusted.length).toBeGreaterThan(0);
  }, 60_000);

  it('keeps nothing in force where nothing could be verified, and then reports no front', async () => {
    const broken = (configuration: Configuration): Measured => {
      const { rates } = measure(configuration);
      return { rates: { ...rates, core: 10 } };
    };
    const { result, front } = await search(requireCore, { measure: broken, improve });
    expect(result.ok).toBe(false);
    expect(front).toEqual([]);
  });

  it('has none where the objectives have weights', async () => {
    const { front, events } = await search(requireCore);
    expect(front).toEqual([]);
    expect(started(events)).not.toHaveProperty('objectives');
  });
});

describe('a search of bad input', () => {
  it('counts measurements that are no numbers as broken, and goes on', async () => {
    const { result, study } = await search(`${requireCore}, {path: [a, core], latency: p95 <= 100 ms}`, {
      measure: (configuration, trial) => ({
        ...robot(configuration),
        paths: { 'a -> core': trial === 1 ? Number.NaN : 50 },
      }),
      changes: { maxTrials: 12 },
    });
    const unmeasured = study.history[1]?.observation;
    expect(Object.keys(unmeasured?.margins ?? {})).toEqual(['core rate >= 25 Hz']);
    expect(study.history[1]?.feasible).toBe(false);
    expect(study.history.length).toBeGreaterThan(3);
    expect(result.ok).toBe(true);
  });

  it('ends with the reason when a process never appears', async () => {
    const { result, study } = await search(`${requireCore}, {process: ghost, cpu: "<= 1 cores"}`);
    expect(study.conclusion()?.verified).toBe(false);
    expect(result).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_NO_FEASIBLE' }, { code: 'TT_NOT_MEASURED', found: 'ghost cpu' }],
    });
  });

  it('does not blame a metric that arrived later', async () => {
    const { result } = await search(`${requireCore}, {process: late, cpu: "<= 1 cores"}`, {
      measure: (_, trial) => ({ rates: { core: 10, load: 5 }, cpu: trial === 2 ? { late: 0.5 } : {} }),
    });
    expect(result.ok || result.refusals.map(({ code }) => code)).toEqual(['TT_NO_FEASIBLE']);
  });

  it('ends at once when a topic is published by nobody', async () => {
    const { result, study } = await search(`${requireCore}, {topic: never_said, rate: ">= 1 Hz"}`, {
      isPublished: (topic) => topic !== 'never_said',
    });
    expect(result).toMatchObject({ ok: false, refusals: [{ code: 'TT_TOPIC_SILENT', found: 'never_said' }] });
    expect(study.history).toHaveLength(1);
  });

  it('ends at once when there is no baseline to take a share of', async () => {
    const { result, study } = await search('{topic: core, rate: ">= 0.95 × baseline"}', {
      measure: () => ({ rates: { core: 0, load: 5 } }),
    });
    expect(result).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_NOT_MEASURED', found: 'core rate >= 0.95 × baseline' }],
    });
    expect(study.history).toHaveLength(1);
  });

  it('goes on when a configuration cannot be applied, and shows the reason', async () => {
    const { result, progress } = await search(requireCore, {
      measure: (configuration, trial) =>
        trial === 1 ? refuse({ code: 'TT_KNOB_REJECTED', reason: 'too hot' }) : robot(configuration),
    });
    expect(result.ok).toBe(true);
    expect(progress.filter(({ phase }) => phase === 'failed')).toMatchObject([
      { number: 1, reason: expect.stringContaining('too hot') },
    ]);
  });
});

describe('the thread of a search', () => {
  let workers: Worker[] = [];
  const note = (worker: Worker) => workers.push(worker);
  beforeEach(() => {
    workers = [];
    process.on('worker', note);
  });
  afterEach(() => {
    process.off('worker', note);
    // A thread that has ended has no number.
    expect(new Set(workers.map(({ threadId }) => threadId))).toEqual(new Set([-1]));
  });

  it('ends with the search', async () => {
    const { result } = await search(requireCore);
    expect(result.ok).toBe(true);
  });

  it('ends the search with the reason when it fails', async () => {
    const { result, study } = await search(requireCore, { program: 'throw new Error("out of order")' });
    expect(result).toMatchObject({ ok: false, refusals: [{ code: 'TT_THREAD', found: 'out of order' }] });
    expect(study.phase).toBe('finished');
    expect(study.history).toHaveLength(1);
  });

  it('ends when the search is cancelled while it computes', async () => {
    const cancel = new AbortController();
    const channel = new BroadcastChannel('tune-run.test');
    channel.onmessage = () => cancel.abort();
    const { result, study } = await search(requireCore, {
      signal: cancel.signal,
      program: `
        import { BroadcastChannel, parentPort } from 'node:worker_threads';
        const channel = new BroadcastChannel('tune-run.test');
        parentPort.on('message', ({ wants }) => { if (wants) { channel.postMessage(wants); for (;;); } });
      `,
    });
    channel.close();
    expect(result).toMatchObject({ ok: false, refusals: [{ code: 'TT_CANCELLED' }] });
    expect(study.stopped?.reason).toBe('cancelled');
    expect(study.history).toHaveLength(1);
  });

  it('ends when a trial is broken off, and when the journal cannot be written', async () => {
    const { result } = await search(requireCore, {
      measure: (_, trial) =>
        trial === 1 ? refuse({ code: 'TT_CANCELLED', reason: 'enough' }) : { rates: {} },
    });
    expect(result).toMatchObject({ ok: false, refusals: [{ code: 'TT_CANCELLED' }] });
    const full = search(requireCore, {
      onEvent: ({ type }) => {
        if (type === 'measured') throw new Error('the disk is full');
      },
    });
    await expect(full).rejects.toThrow('the disk is full');
  });
});
