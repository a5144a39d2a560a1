import { describe, expect, it } from 'vitest';
import {
  csvLine,
  otherSweep,
  type ProfileRow,
  type ProfileTableHead,
  profileTableCsv,
  profileTableHead,
  readTableRecords,
  stepKey,
} from './profile-table.ts';

const head = profileTableHead({
  swept: [{ name: 'camera fps', unit: 'Hz', values: [10, 30] }],
  design: 'grid',
  repeats: 1,
  settleMs: 500,
  windowMs: 2000,
  found: { 'camera fps': 30, 'detector place': 'edge' },
});

function row(fps: number, more: Partial<ProfileRow> = {}): ProfileRow {
  return {
    settings: { 'camera fps': fps },
    repeat: 1,
    verdicts: [
      {
        name: 'camera fps',
        requested: String(fps),
        verdict: { outcome: 'confirmed', achieved: fps - 0.25, evidence: 'seen' },
      },
    ],
    endMs: 12_500,
    windowMs: 2000,
    metrics: { 'topic /image rate_hz': fps - 0.25 },
    ...more,
  };
}

const refused = row(30, {
  verdicts: [{ name: 'camera fps', requested: '30', verdict: { outcome: 'rejected', reason: 'too, fast' } }],
  windowMs: 0,
  metrics: {},
});

describe('readTableRecords', () => {
  it('gives back what was written as JSON', () => {
    const records = JSON.parse(JSON.stringify([head, row(10), refused]));
    expect(readTableRecords(records, 'a.jsonl')).toEqual({
      ok: true,
      value: { head, rows: [row(10), refused] },
    });
  });

  it.each([[[]], [[{ type: 'started' }]], [[{ ...head, format: 'trimtab-profile-table-2' }]], [['text']]])(
    'refuses what is no table: %j',
    (records) => {
      expect(readTableRecords(records, 'a.jsonl')).toMatchObject({ refusals: [{ code: 'TT_TABLE' }] });
    },
  );

  it('names the line of each row that is none', () => {
    const { settings: _, ...bare } = row(10);
    const noNumber = { ...row(10), metrics: { 'topic /image rate_hz': 'fast' } };
    const read = readTableRecords([head, row(10), bare, row(30), noNumber], 'a.jsonl');
    expect(read.ok ? [] : read.refusals.map(({ place }) => place?.line)).toEqual([3, 5]);
  });
});

describe('otherSweep', () => {
  it('lets the same grid go on from other values of the swept knobs, but not one at a time', () => {
    const found = { ...head.found, 'camera fps': 10 };
    expect(otherSweep(head, { ...head, found }, 'a.jsonl')).toBeUndefined();
    const single: ProfileTableHead = { ...head, design: 'one-at-a-time' };
    expect(otherSweep(single, single, 'a.jsonl')).toBeUndefined();
    expect(otherSweep(single, { ...single, found }, 'a.jsonl')?.reason).toContain('camera fps');
  });

  it.each<[string, Partial<ProfileTableHead>]>([
    ['swept', { swept: [{ name: 'camera fps', unit: 'Hz', values: [10, 20, 30] }] }],
    ['design', { design: 'one-at-a-time' }],
    ['repeats', { repeats: 2 }],
    ['windowMs', { windowMs: 3000 }],
    ['detector place', { found: { ...head.found, 'detector place': 'cloud' } }],
  ])('refuses a sweep with another %s, saying both', (part, change) => {
    const refusal = otherSweep(head, { ...head, ...change }, 'a.jsonl');
    expect(refusal).toMatchObject({ code: 'TT_TABLE' });
    expect(refusal?.reason).toContain(part);
    expect(refusal?.found).toContain(part);
  });
});

describe('profileTableCsv', () => {
  it('writes a line for each row, with empty cells where nothing was measured', () => {
    expect(profileTableCsv({ head, rows: [row(10), refused] })).toBe(
      [
        'camera fps,camera fps achieved,camera fps outcome,repeat,end_s,window_s,topic /image rate_hz',
        '10,9.75,confirmed,1,12.5,2,9.75',
        '30,,rejected,1,12.5,0,',
        '',
      ].join('\n'),
    );
  });

  it('quotes what would break a line', () => {
    expect(csvLine(['a,b', 'say "x"', true, undefined])).toBe('"a,b","say ""x""",true,\n');
  });
});

describe('stepKey', () => {
  it('tells settings and repeats apart', () => {
    const keys = [
      { settings: { a: 1, b: 2 }, repeat: 1 },
      { settings: { a: 1, b: 2 }, repeat: 2 },
      { settings: { a: '1', b: 2 }, repeat: 1 },
      { settings: { a: 2, b: 1 }, repeat: 1 },
    ].map(stepKey);
    expect(new Set(keys).size).toBe(4);
  });
});
