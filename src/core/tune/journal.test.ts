import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { ConstrainedGpDesigner } from './constrained-gp.ts';
import type { Problem } from './designer.ts';
import { type JournalEvent, parseJournal } from './journal.ts';
import { Study } from './study.ts';
import { recordOf } from './study-record.ts';

const problem: Problem = {
  space: [
    { name: 'rate', domain: { type: 'real', low: 1, high: 30 } },
    { name: 'mode', domain: { type: 'categorical', values: ['eco', 'full'] } },
  ],
  constraints: ['core'],
};

/** A study's journal, with a trial that was cut and one that was verified. */
function events(): JournalEvent[] {
  const written: JournalEvent[] = [];
  const designer = new ConstrainedGpDesigner({ problem, random: seededRandom(1) });
  const clock = { nowMs: () => 7 };
  const onEvent = (event: JournalEvent) => void written.push(event);
  const study = new Study({ name: 'mine.yaml', seed: 1, problem, designer, clock, maxTrials: 5, onEvent });
  for (let i = 0; study.phase !== 'finished'; i++) {
    const trial = study.ask() ?? study.nextVerification();
    if (!trial) continue;
    const rate = Number(trial.configuration.rate);
    study.applied({ rate: { outcome: 'confirmed', achieved: rate, evidence: 'measured' } });
    const measurement = { objective: rate, margins: { core: 0.4 - rate / 40 } };
    if (i === 2) study.cut('too slow', { ...measurement, share: 0.5 });
    else study.tell(measurement);
  }
  return written;
}

const textOf = (all: readonly unknown[]) => all.map((event) => `${JSON.stringify(event)}\n`).join('');
const refusalOf = (text: string) => {
  const parsed = parseJournal(text, 'j.jsonl');
  return parsed.ok ? undefined : parsed.refusals[0];
};

/** Every place within a value, as paths. */
function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => places(item, [...path, key]))];
}

function changed(value: unknown, [key, ...rest]: (string | number)[], to: unknown): unknown {
  if (key === undefined) return to;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    string | number,
    unknown
  >;
  copy[key] = changed(copy[key], rest, to);
  return copy;
}

describe('a journal', () => {
  const written = events();

  it('is read back as it was written', () => {
    expect(written.map(({ type }) => type)).toEqual(expect.arrayContaining(['cut', 'concluded']));
    expect(parseJournal(textOf(written), 'j.jsonl')).toEqual({ ok: true, value: written });
  });

  it('with any place of any line lost or of another kind is read or refused with that line, never an exception', () => {
    let refused = 0;
    for (const [index, event] of written.entries()) {
      for (const path of places(event)) {
        for (const wrong of [undefined, null, [], 'x', {}]) {
          const text = textOf(written.with(index, changed(event, path, wrong) as JournalEvent));
          const parsed = parseJournal(text, 'j.jsonl');
          const record = parsed.ok ? recordOf(parsed.value, 'j.jsonl') : parsed;
          if (record.ok) continue;
          refused++;
          const [refusal] = record.refusals;
          expect(refusal).toMatchObject({ code: 'TT_JOURNAL', place: { file: 'j.jsonl' } });
          expect(refusal?.reason, text).not.toMatch(/undefined|null|propert|iterable|function/);
        }
      }
    }
    expect(refused).toBeGreaterThan(200);
  });

  it('whose measurement is of another configuration than was asked for is refused there', () => {
    const index = written.findIndex(({ type }) => type === 'measured');
    const path = ['observation', 'configuration', 'rate'];
    const parsed = parseJournal(
      textOf(written.with(index, changed(written[index], path, 29) as JournalEvent)),
      'j.jsonl',
    );
    const record = parsed.ok ? recordOf(parsed.value, 'j.jsonl') : parsed;
    expect(record).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_JOURNAL', place: { line: index + 1 } }],
    });
  });

  it.each([
    ['started', 'space', 'space is not a list'],
    ['started', 'name', 'name is not text'],
    ['asked', 'configuration', 'configuration is not a map'],
    ['measured', 'observation', 'observation is not a map'],
    ['concluded', 'verified', 'verified is not true or false'],
  ])('says what an event %s lacks: %s', (type, key, reason) => {
    const index = written.findIndex((event) => event.type === type);
    const { [key]: _, ...rest } = written[index] as unknown as Record<string, unknown>;
    const refusal = refusalOf(textOf(written.with(index, rest as unknown as JournalEvent)));
    expect(refusal?.reason).toBe(`this line is not an event of a study: ${reason}`);
    expect(refusal?.place?.line).toBe(index + 1);
  });

  it('of two studies, one after the other, is refused where the second begins', () => {
    const refusal = refusalOf(textOf([...written, ...written]));
    expect(refusal).toMatchObject({ code: 'TT_JOURNAL', place: { line: written.length + 1 } });
  });
});
