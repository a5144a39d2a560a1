import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock.ts';
import { seededRandom } from '../random.ts';
import { ConstrainedGpDesigner } from './constrained-gp.ts';
import type { Designer, Problem } from './designer.ts';
import { type JournalEvent, parseJournal } from './journal.ts';
import { replayStudy } from './replay.ts';
import { type Measurement, Study, type StudyOptions } from './study.ts';

const problem: Problem = {
  space: [
    { name: 'rate', domain: { type: 'real', low: 1, high: 30 } },
    { name: 'quality', domain: { type: 'integer', low: 1, high: 5 } },
  ],
  constraints: ['load'],
};

const file = 'journal.jsonl';

type Setup = Partial<StudyOptions> & { clock?: VirtualClock };

function setup(changes: Setup = {}) {
  const journal: JournalEvent[] = [];
  const options: StudyOptions = {
    name: 'test',
    seed: 7,
    problem,
    designer: new ConstrainedGpDesigner({ problem, random: seededRandom(7), initialTrials: 2 }),
    clock: new VirtualClock(),
    maxTrials: 6,
    onEvent: (event) => journal.push(event),
    ...changes,
  };
  return { study: new Study(options), journal, options };
}

/** Walks through given configurations; the last one stays. */
function scripted(rates: number[], expectedImprovement?: number): Designer {
  let told = 0;
  return {
    suggest: () => {
      const configuration = { rate: rates[Math.min(told, rates.length - 1)]!, quality: 3 };
      const suggestion = { configuration, reason: 'scripted' };
      return expectedImprovement === undefined ? suggestion : { ...suggestion, expectedImprovement };
    },
    update: () => {
      told++;
    },
  };
}

/** Feasible up to a rate of 20. */
function measure({ rate, quality }: Record<string, unknown>): Measurement {
  return { objective: Number(rate) * Number(quality), margins: { load: 1 - Number(rate) / 20 } };
}

function search(study: Study, answer = measure): void {
  for (let trial = study.ask(); trial; trial = study.ask()) study.tell(answer(trial.configuration));
}

describe('a study', () => {
  it('measures the configuration in force first, then what the designer suggests, within the budget', () => {
    const inForce = { rate: 30, quality: 5 };
    const { study } = setup({ inForce });
    search(study);
    expect(study.history).toHaveLength(6);
    expect(study.history[0]).toMatchObject({ kind: 'in-force', configuration: inForce, feasible: false });
    expect(study.stopped?.reason).toBe('budget');
    expect(study.phase).toBe('verifying');
  });

  it('gives the open trial again until it is told', () => {
    const { study } = setup();
    expect(study.ask()).toBe(study.ask());
    expect(study.history).toHaveLength(1);
  });

  it('says what it takes from the models next', () => {
    const { study } = setup({ inForce: { rate: 30, quality: 5 }, designer: scripted([4, 8]), maxTrials: 2 });
    expect(study.wants).toBeUndefined();
    study.ask();
    expect(study.wants).toBeUndefined();
    study.tell(measure({ rate: 30, quality: 5 }));
    expect(study.wants).toBe('suggestion');
    study.tell(measure(study.ask()!.configuration));
    // The search is over: nothing will be suggested.
    expect(study.wants).toBeUndefined();
    expect(study.ask()).toBeUndefined();
    expect(study.wants).toBe('choice');
    study.tell(measure(study.nextVerification()!.configuration));
    expect(study.wants).toBeUndefined();
    study.nextVerification();
    expect(study.phase).toBe('finished');
    expect(study.wants).toBeUndefined();
  });

  it('ends with what it is given to choose from', () => {
    const configuration = { rate: 3, quality: 2 };
    const { study } = setup({
      designer: scripted([4]),
      maxTrials: 1,
      choose: () => ({ unfailing: { configuration, probability: 0.9 } }),
    });
    search(study);
    expect(study.nextVerification()).toMatchObject({ kind: 'verification', configuration });
  });

  it('verifies the recommended configuration and concludes with it', () => {
    const { study } = setup();
    search(study);
    const verification = study.nextVerification();
    expect(verification?.kind).toBe('verification');
    study.tell(measure(verification!.configuration));
    expect(study.nextVerification()).toBeUndefined();
    expect(study.conclusion()).toMatchObject({
      configuration: verification!.configuration,
      verified: true,
      refusal: undefined,
    });
    expect(study.phase).toBe('finished');
  });

  it('ends its search when its trials have broken a requirement for too long', () => {
    const { study, journal } = setup({ designer: scripted([28, 4, 27, 26, 4]), violationLimitMs: 5000 });
    search(study, (configuration) => {
      const measured = measure(configuration);
      return { ...measured, violationMs: (measured.margins.load as number) < 0 ? 3000 : 0 };
    });
    expect(study.stopped).toMatchObject({ reason: 'harm', text: expect.stringContaining('6.0 s') });
    expect(study.history).toHaveLength(3);
    expect(study.violationMs).toBe(6000);
    expect(journal.filter(({ type }) => type === 'measured')).toMatchObject([
      { violationMs: 3000 },
      { violationMs: 0 },
      { violationMs: 3000 },
    ]);
  });

  it('goes to the next best when a verification fails, and never tries the failed one again', () => {
    const { study } = setup({ designer: scripted([4, 8, 12]), maxTrials: 3 });
    search(study);
    const first = study.nextVerification();
    study.tell({ objective: 1, margins: { load: -0.4 } });
    const second = study.nextVerification();
    expect(second?.configuration).not.toEqual(first?.configuration);
    study.tell(measure(second!.configuration));
    study.nextVerification();
    expect(study.conclusion()).toMatchObject({ configuration: second?.configuration, verified: true });
  });

  it('refuses with TT_NO_FEASIBLE and the least bad configuration when nothing can be verified', () => {
    const { study } = setup({ designer: scripted([12, 4, 20]), maxTrials: 3, maxVerifications: 1 });
    const broken = ({ rate }: Record<string, unknown>) => ({
      objective: 1,
      margins: { load: -Number(rate) },
    });
    search(study, broken);
    for (let trial = study.nextVerification(); trial; trial = study.nextVerification())
      study.tell(broken(trial.configuration));
    expect(study.conclusion()).toMatchObject({
      configuration: { rate: 4, quality: 3 },
      verified: false,
      refusal: { code: 'TT_NO_FEASIBLE' },
    });
  });

  it('searches on after the budget while nothing can be trusted, and verifies what it finds', () => {
    const { study } = setup({ designer: scripted([28, 27, 26, 4]), maxTrials: 3 });
    search(study);
    const found = study.nextVerification();
    expect(found).toMatchObject({ kind: 'search', configuration: { rate: 4 } });
    study.tell({ objective: 1, margins: { load: 2 } });
    expect(study.nextVerification()).toMatchObject({ kind: 'verification', configuration: { rate: 4 } });
    study.tell({ objective: 1, margins: { load: 2 } });
    study.nextVerification();
    expect(study.conclusion()).toMatchObject({ verified: true, configuration: { rate: 4 } });
  });

  it('gives up after its last verification', () => {
    const { study } = setup({ maxVerifications: 1, designer: scripted([4, 8, 12]), maxTrials: 3 });
    search(study);
    study.nextVerification();
    study.tell({ margins: { load: -0.1 } });
    expect(study.nextVerification()).toBeUndefined();
    expect(study.conclusion()?.refusal?.code).toBe('TT_NO_FEASIBLE');
  });

  it('stops at its time limit', () => {
    const clock = new VirtualClock(5000);
    const { study } = setup({ clock, timeLimitMs: 10_000 });
    study.ask();
    study.tell(measure({ rate: 2, quality: 1 }));
    clock.advanceTo(15_000);
    expect(study.ask()).toBeUndefined();
    expect(study.stopped?.reason).toBe('time');
  });

  it('stops when two suggestions in a row promise less than one percent', () => {
    const { study } = setup({ designer: scripted([10, 11, 12, 13], 0.02) });
    search(study);
    expect(study.stopped?.reason).toBe('converged');
    expect(study.history).toHaveLength(1);
    const { study: promising } = setup({ designer: scripted([10, 11, 12, 13], 5) });
    search(promising);
    expect(promising.stopped?.reason).toBe('budget');
  });

  it('does not converge while nothing feasible is known', () => {
    const { study } = setup({ designer: scripted([29], 0) });
    search(study);
    expect(study.stopped?.reason).toBe('budget');
  });

  it('does not converge while the objective of nothing feasible is known', () => {
    const { study } = setup({ designer: scripted([10, 11, 12, 13], 5) });
    search(study, ({ rate }) => ({ margins: { load: 1 - Number(rate) / 20 } }));
    expect(study.stopped?.reason).toBe('budget');
  });

  it('counts a trial that was cut short as infeasible and goes on', () => {
    const { study, journal } = setup();
    study.ask();
    const cut = study.cut('cmd_vel below its floor', { margins: { load: 0.5 }, share: 0.4 });
    expect(cut).toMatchObject({ feasible: false, cutBecause: 'cmd_vel below its floor' });
    expect(cut.observation).toMatchObject({ censored: true, share: 0.4 });
    expect(journal.map(({ type }) => type)).toEqual(['started', 'asked', 'cut', 'decided']);
    expect(study.ask()?.trial).toBe(2);
    expect(study.tell({ margins: { load: 0.5 }, share: 1 }).observation).not.toHaveProperty('share');
  });

  it('is cancelled at once, with the last good configuration as its answer', () => {
    const { study } = setup({ designer: scripted([4, 12, 29]) });
    for (let i = 0; i < 3; i++) study.tell(measure(study.ask()!.configuration));
    study.ask();
    study.cancel('a person asked');
    expect(study.ask()).toBeUndefined();
    expect(study.nextVerification()).toBeUndefined();
    expect(study.conclusion()).toMatchObject({
      configuration: { rate: 12 },
      refusal: { code: 'TT_CANCELLED' },
    });
  });

  it('forgets as last good what failed later', () => {
    const { study } = setup({ designer: scripted([4, 12]), maxTrials: 2 });
    search(study);
    const verification = study.nextVerification();
    study.tell({ margins: { load: -0.4 } });
    expect(study.best?.configuration).not.toEqual(verification?.configuration);
  });

  it('throws when told without being asked', () => {
    const { study } = setup();
    expect(() => study.tell({ margins: {} })).toThrow('no trial is open');
  });
});

describe('replay', () => {
  const stop: JournalEvent = { elapsedMs: 9, type: 'stopped', reason: 'budget', text: '8 trials made' };
  const conclude: JournalEvent = { elapsedMs: 9, type: 'concluded', verified: false, text: 'nothing' };
  const fresh = (changes: Setup = {}) =>
    setup({ inForce: { rate: 30, quality: 5 }, maxTrials: 8, ...changes }).options;

  function interrupted(trials: number) {
    const { study, journal, options } = setup({ inForce: { rate: 30, quality: 5 }, maxTrials: 8 });
    for (let i = 0; i < trials; i++) {
      const trial = study.ask()!;
      study.applied({ rate: { outcome: 'confirmed', achieved: 1, evidence: 'seen' } });
      study.tell({ ...measure(trial.configuration), ...(i === 1 ? { objective: Number.NaN } : {}) });
    }
    return { study, journal, options };
  }

  it.each([1, 2, 4, 6])('after %i trials goes on as the interrupted study would have', (trials) => {
    const { study, journal } = interrupted(trials);
    const written = journal.map((event) => `${JSON.stringify(event)}\n`).join('');
    const parsed = parseJournal(written, 'journal.jsonl');
    const replayed = parsed.ok ? replayStudy(fresh(), parsed.value, file) : parsed;
    if (!replayed.ok) throw new Error(JSON.stringify(replayed.refusals));
    expect(replayed.value.history).toEqual(study.history);
    for (let i = 0; i < 2; i++) {
      const ours = study.ask();
      const theirs = replayed.value.ask();
      expect(theirs).toEqual(ours);
      if (ours) study.tell(measure(ours.configuration));
      if (theirs) replayed.value.tell(measure(theirs.configuration));
    }
  });

  it('hands the open trial out again', () => {
    const { study, journal } = interrupted(2);
    const open = study.ask();
    const replayed = replayStudy(fresh(), journal, file);
    expect(replayed.ok && replayed.value.ask()).toEqual(open);
  });

  it('keeps the time that was used', () => {
    const clock = new VirtualClock();
    const { study, journal } = setup({ clock, timeLimitMs: 10_000 });
    study.ask();
    clock.advanceTo(9000);
    study.tell(measure({ rate: 2, quality: 1 }));
    const later = new VirtualClock(500_000);
    const replayed = replayStudy(setup({ clock: later, timeLimitMs: 10_000 }).options, journal, file);
    if (!replayed.ok) throw new Error(JSON.stringify(replayed.refusals));
    later.advanceTo(501_001);
    expect(replayed.value.ask()).toBeUndefined();
  });

  it.each<[string, Setup]>([
    ['name', { name: 'other' }],
    ['seed', { seed: 8 }],
    ['space', { problem: { ...problem, space: problem.space.slice(1) } }],
    ['requirement', { problem: { ...problem, constraints: ['other'] } }],
  ])('refuses the journal of a study with another %s', (_, changes) => {
    const replayed = replayStudy(fresh(changes), interrupted(1).journal, file);
    expect(replayed.ok || replayed.refusals[0]?.code).toBe('TT_JOURNAL');
  });

  it('says what differs, and what it would take', () => {
    const replayed = replayStudy(fresh({ seed: 8, maxTrials: 9 }), interrupted(1).journal, file);
    const place = { file, line: 1, column: 1 };
    expect(replayed.ok || replayed.refusals).toMatchObject([
      { code: 'TT_JOURNAL', reason: expect.stringContaining('seed'), place, found: '7', accepted: '8' },
      { code: 'TT_JOURNAL', reason: expect.stringContaining('trials'), place, found: '8', accepted: '9' },
    ]);
  });

  it('refuses an empty journal', () => {
    expect(replayStudy(fresh(), [], file).ok).toBe(false);
  });

  it('measures and decides the open trial once, however often it was begun', () => {
    const { study, journal } = interrupted(2);
    study.ask();
    study.applied({});
    const replayed = replayStudy(fresh(), journal, file);
    if (!replayed.ok) throw new Error(JSON.stringify(replayed.refusals));
    replayed.value.applied({ rate: { outcome: 'confirmed', achieved: 1, evidence: 'seen' } });
    expect(replayed.value.tell(measure({ rate: 2, quality: 1 }))).toMatchObject({ trial: 3, feasible: true });
  });

  it.each<[string, (events: JournalEvent[]) => JournalEvent[], number]>([
    ['a trial that nobody asked for', (events) => events.filter(({ type }) => type !== 'asked'), 2],
    ['a trial asked for twice', (events) => events.toSpliced(2, 0, events[1]!), 3],
    ['a trial left out', (events) => events.toSpliced(1, 4), 2],
    ['a decision before its measurement', (events) => events.toSpliced(3, 2, events[4]!, events[3]!), 4],
    ['an end in the middle of a trial', (events) => events.toSpliced(2, 0, stop, conclude), 3],
    ['an end without a stop', (events) => [...events, conclude], 10],
    ['something after the end', (events) => [...events, stop, conclude, events[1]!], 12],
  ])('refuses %s, and says where', (_, change, line) => {
    const replayed = replayStudy(fresh(), change(interrupted(2).journal), file);
    expect(replayed.ok || replayed.refusals).toMatchObject([
      { code: 'TT_JOURNAL', place: { file, line, column: 1 } },
    ]);
  });

  it('refuses a study that has ended: concluded, verified or cancelled', () => {
    const concluded = setup({ maxTrials: 8 });
    search(concluded.study);
    while (concluded.study.nextVerification()) {
      const { configuration } = concluded.study.history.at(-1)!;
      concluded.study.tell(measure(configuration));
    }
    expect(concluded.study.conclusion()?.verified).toBe(true);
    const cancelled = interrupted(2);
    cancelled.study.cancel('a person cancelled');
    const whole = concluded.journal;
    const ended: [StudyOptions, JournalEvent[]][] = [
      [concluded.options, whole],
      [concluded.options, whole.slice(0, -1)],
      [cancelled.options, cancelled.journal],
    ];
    for (const [options, events] of ended) {
      const replayed = replayStudy(options, events, file);
      expect(replayed.ok || replayed.refusals).toMatchObject([
        { code: 'TT_JOURNAL', reason: expect.stringContaining('ended'), place: { line: events.length } },
      ]);
    }
  });
});

describe('a journal of measurements that are no numbers', () => {
  it('is read again as it was written', () => {
    const { study, journal } = setup();
    study.ask();
    const numberless = { score: Number.NaN, references: { load: Number.POSITIVE_INFINITY, rate: 3 } };
    study.tell({ objective: Number.NaN, margins: { load: Number.NaN }, ...numberless });
    const written = journal.map((event) => `${JSON.stringify(event)}\n`).join('');
    expect(parseJournal(written, file)).toEqual({ ok: true, value: journal });
    expect(journal.find(({ type }) => type === 'measured')).toMatchObject({ references: { rate: 3 } });
  });
});

describe('parseJournal', () => {
  const line = '{"elapsedMs":0,"type":"stopped","reason":"time","text":"over"}\n';

  it('leaves out a last line whose writing was interrupted', () => {
    const parsed = parseJournal(`${line}{"elapsedMs":1,"ty`, 'j.jsonl');
    expect(parsed.ok && parsed.value).toHaveLength(1);
  });

  it.each(['nonsense\n', '{"type":"asketh"}\n', '[]\n'])('refuses %j and says where', (bad) => {
    const parsed = parseJournal(line + bad, 'j.jsonl');
    expect(parsed.ok || parsed.refusals[0]).toMatchObject({
      code: 'TT_JOURNAL',
      place: { file: 'j.jsonl', line: 2, column: 1 },
    });
  });
});
