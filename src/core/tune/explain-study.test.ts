import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock.ts';
import { seededRandom } from '../random.ts';
import { ConstrainedGpDesigner } from './constrained-gp.ts';
import type { Problem } from './designer.ts';
import { explainStudy } from './explain-study.ts';
import { describeStudy, describeTrial } from './explanation-text.ts';
import type { JournalEvent } from './journal.ts';
import { Study } from './study.ts';
import { recordOf } from './study-record.ts';

const problem: Problem = {
  space: [
    { name: 'rate', domain: { type: 'real', low: 1, high: 30 } },
    { name: 'idle', domain: { type: 'real', low: 1, high: 30 } },
  ],
  constraints: ['core'],
  constraintInfo: { core: { side: 'at-least', bound: 20, unit: 'Hz' } },
};

/** The core runs at 400 Hz over the rate; the other knob does nothing. */
const coreHz = (rate: number) => Math.min(40, 400 / rate);

function searched(): { study: Study; journal: JournalEvent[] } {
  const journal: JournalEvent[] = [];
  const study = new Study({
    name: 'robot.yaml',
    seed: 3,
    problem,
    designer: new ConstrainedGpDesigner({ problem, random: seededRandom(3) }),
    clock: new VirtualClock(),
    maxTrials: 12,
    inForce: { rate: 30, idle: 10 },
    onEvent: (event) => journal.push(event),
  });
  for (
    let trial = study.ask() ?? study.nextVerification();
    trial;
    trial = study.ask() ?? study.nextVerification()
  ) {
    const rate = trial.configuration.rate as number;
    const margin = coreHz(rate) / 20 - 1;
    study.applied({ rate: { outcome: 'confirmed', achieved: rate, evidence: 'seen' } });
    study.tell({ objective: rate, margins: { core: margin }, violationMs: margin < 0 ? 2000 : 0 });
  }
  return { study, journal };
}

const { study, journal } = searched();
const record = study.record;

describe('explainStudy', () => {
  const explanation = explainStudy(record, { rate: 10 });

  it('names the knob that matters, for the concluded configuration', () => {
    expect(explanation.chosen?.configuration).toEqual(study.conclusion()?.configuration);
    expect(explanation.effects[0]?.knob).toBe('rate');
    expect(explanation.effects[0]?.importance).toBeGreaterThan(0.9);
  });

  it('expects of a configuration what the robot would do, in the quantity itself', () => {
    expect(explanation.expected?.configuration).toEqual({
      rate: 10,
      idle: study.conclusion()?.configuration?.idle,
    });
    const core = explanation.expected?.outputs.find(({ output }) => output === 'core');
    expect(core?.quantity?.unit).toBe('Hz');
    expect(core?.quantity?.value).toBeGreaterThan(0.9 * coreHz(10));
    expect(core?.quantity?.value).toBeLessThan(1.1 * coreHz(10));
    expect(core?.low).toBeLessThan(core?.mean as number);
    expect(core?.high).toBeGreaterThan(core?.mean as number);
    expect(explanation.expected?.outputs.map(({ output }) => output)).toEqual(['core', 'objective']);
  });

  it('tells of an error on what was left out, and that the models know more than the mean', () => {
    const { heldOut } = explanation;
    expect(heldOut?.configurations).toBeGreaterThanOrEqual(5);
    expect(heldOut?.calledRight).toBeGreaterThan((heldOut?.configurations as number) / 2);
    expect(heldOut?.errors.map(({ output }) => output)).toEqual(['core', 'objective']);
    for (const { meanError, errorOfMean } of heldOut?.errors ?? []) {
      expect(meanError).toBeGreaterThan(0);
      expect(meanError).toBeLessThan(errorOfMean);
    }
  });

  it('keeps each trial with what became of it', () => {
    expect(explanation.trials).toHaveLength(study.history.length);
    expect(explanation.trials[0]).toMatchObject({
      number: 0,
      kind: 'in-force',
      feasible: false,
      violationMs: 2000,
    });
    const lines = describeTrial(explanation.trials[0]!);
    expect(lines.join('\n')).toMatch(/misses core.*\n.*confirmed: seen/s);
  });

  it('says in words all that it knows in numbers', () => {
    const text = describeStudy(explanation).join('\n');
    for (const part of ['why this configuration', 'which knobs matter', 'expected of', 'left out', 'trials:'])
      expect(text).toContain(part);
    expect(text).not.toMatch(/NaN|undefined/);
  });

  it('comes to the same from the journal', () => {
    const events = JSON.parse(JSON.stringify(journal)) as JournalEvent[];
    const read = recordOf(events, 'study.jsonl');
    expect(read.ok && explainStudy(read.value, { rate: 10 })).toEqual(explanation);
  });

  it('has no models to ask while too little was measured', () => {
    const early = recordOf(journal.slice(0, 3), 'study.jsonl');
    const explained = early.ok ? explainStudy(early.value) : undefined;
    expect(explained).toMatchObject({ trials: [], effects: [], outcome: '' });
    expect(explained).not.toHaveProperty('chosen');
    expect(explained).not.toHaveProperty('heldOut');
  });
});

describe('recordOf', () => {
  it('refuses a journal that does not begin with what is searched', () => {
    expect(recordOf(journal.slice(1), 'study.jsonl')).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_JOURNAL', place: { file: 'study.jsonl', line: 1 } }],
    });
    expect(recordOf([], 'study.jsonl')).toMatchObject({ refusals: [{ code: 'TT_JOURNAL' }] });
  });

  it('refuses one in which a trial is measured that was not asked for, with its line', () => {
    const [started, ...rest] = journal;
    const measured = rest.find(({ type }) => type === 'measured') as JournalEvent;
    expect(recordOf([started as JournalEvent, measured], 'study.jsonl')).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_JOURNAL', place: { line: 2 } }],
    });
  });
});
