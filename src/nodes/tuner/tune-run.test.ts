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
import { type JournalEvent, parseJournal } from '../../core/tune/journal.ts';
import { identityOf } from '../../core/tune/library/problem-identity.ts';
import { trustedProbability } from '../../core/tune/recommend.ts';
import { readResumption } from '../../core/tune/resumption.ts';
import { recordOf } from '../../core/tune/study-record.ts';
import type { TrialTiming, TuneGoal } from '../../core/tune/tune-goal.ts';
import type { TrialOutcome } from './trial-runner.ts';
import { type TuneProgress, TuneRun } from './tune-run.ts';

const timing: TrialTiming = { settleMs: 1000, windowMs: 2000, cutRisk: 0.01 };
const goal: TuneGoal = {
  maxTrials: 8,
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

function given<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusals));
  return result.value;
}

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
    journal,
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
    /** Of the search that this one goes on with. */
    journal?: readonly JournalEvent[];
  } = {},
) {
  const text = `require: [${requirements}]\n${improve}\nknobs: [${knobs}]\n`;
  const spec = given(parseSpec(text, 'robot.yaml'));
  const clock = new VirtualClock();
  const events: JournalEvent[] = [];
  const progress: TuneProgress[] = [];
  const resumption = journal && given(readResumption(journal, 'journal.jsonl'));
  let trial = 0;
  let references: References = resumption?.references ?? {};
  const opened = TuneRun.open({
    spec,
    specName: 'robot.yaml',
    basis: { goal: { ...goal, ...changes }, identity: identityOf(spec) },
    resumption,
    inForce: Object.fromEntries(
      spec.knobs.map(({ name }) => [name, overloaded[name as keyof typeof overloaded]]),
    ),
    held,
    clock,
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
  const run = given(opened);
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

describe('a search that was broken off', () => {
  const text = (events: readonly JournalEvent[]) =>
    events.map((event) => `${JSON.stringify(event)}\n`).join('');
  /** As it is read from disk. */
  const reread = (events: readonly JournalEvent[]) => given(parseJournal(text(events), 'journal.jsonl'));
  const asked = (events: readonly JournalEvent[]) =>
    events.flatMap((event) => (event.type === 'asked' ? [{ ...event, elapsedMs: 0 }] : []));

  it.each(['priced', 'safe'] as const)(
    'goes on to the same trials and the same end, wherever it was broken off, %s',
    async (safety) => {
      const how = { knobs: [gain, load], held: { '/robot gain': 5 }, changes: { safety } };
      const whole = await search(requireCore, how);
      expect(whole.result.ok).toBe(true);
      const last = whole.events.findLastIndex(({ type }) => type === 'measured');
      for (let cut = 2; cut < last; cut += 3) {
        const journal = reread(whole.events.slice(0, cut));
        const rest = await search(requireCore, { ...how, journal });
        const again = rest.events.length > 0 ? [...journal, ...rest.events] : journal;
        // The open trial is not asked for again.
        expect(asked(again), `after ${cut} events`).toEqual(asked(whole.events));
        expect(rest.study.conclusion()).toEqual(whole.study.conclusion());
        expect(rest.progress.at(-1)?.best).toEqual(whole.progress.at(-1)?.best);
        expect(rest.study.violationMs).toBe(whole.study.violationMs);
        expect(again.filter(({ type }) => type === 'started')).toHaveLength(1);
        expect(recordOf(again, 'journal.jsonl').ok).toBe(true);
      }
    },
    60_000,
  );

  it('keeps the baseline that was measured when it began', async () => {
    const relative = '{topic: core, rate: ">= 1.5 × baseline"}';
    const improve = 'improve: [{topic: load, rate: maximize}]';
    const whole = await search(relative, { improve });
    const fourth = whole.events.findIndex((event) => event.type === 'asked' && event.trial === 4);
    const journal = reread(whole.events.slice(0, fourth + 1));
    const { result, study } = await search(relative, { improve, journal });
    expect(result.ok && result.value.evaluation.requirements[0]).toMatchObject({ bound: 22.5, met: true });
    expect(study.history.map(({ observation }) => observation)).toEqual(
      whole.study.history.map(({ observation }) => observation),
    );
  });

  it('spends no more than was asked for, of trials, of time and of violations', async () => {
    const broken = () => ({ rates: { core: 10, load: 5 } });
    const third = (events: readonly JournalEvent[]) =>
      events.findIndex((event) => event.type === 'asked' && event.trial === 3);
    const limits = [
      { changes: { maxTrials: 6 }, reason: 'budget' },
      { changes: { maxMs: 4 * trialMs }, reason: 'time' },
      { changes: { maxViolationMs: 4 * trialMs }, reason: 'harm' },
    ];
    for (const { changes, reason } of limits) {
      const whole = await search(requireCore, { measure: broken, changes });
      const journal = reread(whole.events.slice(0, third(whole.events)));
      const { study } = await search(requireCore, { measure: broken, changes, journal });
      expect(study.stopped?.reason).toBe(reason);
      expect(study.history.length, reason).toBe(whole.study.history.length);
    }
  });

  it.each<[string, Parameters<typeof search>[0], Parameters<typeof search>[1]]>([
    ['another bound', '{topic: core, rate: ">= 26 Hz"}', {}],
    [
      'another objective',
      requireCore,
      { improve: 'improve: [{topic: load, rate: maximize, enough: 50 Hz}]' },
    ],
    ['another range', requireCore, { knobs: [load.replace('60', '61')] }],
    ['one knob more', requireCore, { knobs: [load, gain] }],
    ['another knob left alone', requireCore, { held: { '/robot load': 60 }, knobs: [load, gain] }],
  ])('is not gone on with for a spec with %s', async (_, requirements, how) => {
    const { events } = await search(requireCore);
    const refused = search(requirements, { ...how, journal: events.slice(0, 8) });
    await expect(refused).rejects.toThrow('TT_JOURNAL');
  });

  it('is not gone on with when it has ended', async () => {
    const { events } = await search(requireCore);
    await expect(search(requireCore, { journal: events })).rejects.toThrow(/TT_JOURNAL.*ended/);
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
