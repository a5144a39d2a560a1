import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { explainStudy } from '../../core/tune/explain-study.ts';
import type { JournalEvent } from '../../core/tune/journal.ts';
import { textWidth } from '../terminal/index.ts';
import { studyView, trialView } from './explanation-view.ts';
import { readStudy } from './journal-source.ts';

const dir = mkdtempSync(join(tmpdir(), 'trimtab-explain-'));
afterAll(() => rmSync(dir, { recursive: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

/** Four trials of one knob: the core has what the load leaves. */
const events: JournalEvent[] = [
  {
    elapsedMs: 0,
    type: 'started',
    name: 'robot.yaml',
    seed: 1,
    space: [{ name: 'load', domain: { type: 'real', low: 1, high: 30 } }],
    constraints: ['core rate >= 20 Hz'],
    constraintInfo: { 'core rate >= 20 Hz': { side: 'at-least', bound: 20, unit: 'Hz' } },
    maxTrials: 4,
  },
  ...[30, 5, 10, 20].flatMap((load, i): JournalEvent[] => {
    const configuration = { load };
    const margins = { 'core rate >= 20 Hz': 300 / load / 20 - 1 };
    const observation = { configuration, objective: load, margins };
    return [
      { elapsedMs: i, type: 'asked', trial: i + 1, kind: 'search', configuration, reason: `load ${load}` },
      { elapsedMs: i, type: 'measured', trial: i + 1, observation, violationMs: load > 15 ? 2500 : 0 },
    ];
  }),
];
const lines = events.map((event) => `${JSON.stringify(event)}\n`);

describe('a journal', () => {
  it('is read back and shown, all of it and one trial', () => {
    const study = readStudy(file('study-1.jsonl', lines.join('')));
    if (!study.ok) throw new Error(JSON.stringify(study.refusals));
    const explanation = explainStudy(study.value, { load: 12 });
    const text = studyView(explanation, 100).join('\n');
    expect(text).toMatch(/robot\.yaml: the search goes on/);
    expect(text).toMatch(/load +10 +100 %/);
    expect(text).toMatch(/Expected of load = 12/);
    expect(text).toMatch(/called right for \d of 4/);
    expect(text).not.toMatch(/NaN|undefined/);
    for (const line of text.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(100);
    const one = trialView(explanation.trials[3]!, 100).join('\n');
    expect(one).toMatch(/trial 3: misses core rate >= 20 Hz/);
    expect(one).toMatch(/✗ +core rate >= 20 Hz +-25 %/);
    expect(one).toContain('requirements broken for 2.5 s');
  });

  it('that was interrupted in the middle of a trial is read up to there', () => {
    const study = readStudy(file('study-2.jsonl', lines.slice(0, -1).join('')));
    expect(study.ok && explainStudy(study.value).trials).toHaveLength(3);
  });

  it('that is none is refused with the line', () => {
    const wrong = file('study-3.jsonl', `${lines[0]}not json\n`);
    expect(readStudy(wrong)).toMatchObject({ refusals: [{ code: 'TT_JOURNAL', place: { line: 2 } }] });
    expect(readStudy(join(dir, 'nowhere.jsonl'))).toMatchObject({ refusals: [{ code: 'TT_FILE_MISSING' }] });
  });
});
