import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ProfileRow, profileTableHead } from '../../core/measure/profile-table.ts';
import { ProfileTableFile, readProfileTable } from './profile-table.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'trimtab-table-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const head = profileTableHead({
  swept: [{ name: 'camera fps', unit: 'Hz', values: [10, 20, 30] }],
  design: 'grid',
  repeats: 1,
  settleMs: 500,
  windowMs: 2000,
  found: { 'camera fps': 30 },
});

function row(fps: number): ProfileRow {
  const metrics = { 'topic /image rate_hz': fps };
  return { settings: { 'camera fps': fps }, repeat: 1, verdicts: [], endMs: 1, windowMs: 2000, metrics };
}

function open(path: string, wanted = head): ProfileTableFile {
  const table = ProfileTableFile.open(path, wanted);
  if (!table.ok) throw new Error(JSON.stringify(table.refusals));
  return table.value;
}

describe('ProfileTableFile', () => {
  it('has each row on disk at once, and the CSV when it is closed', () => {
    const path = join(folder(), 'runs', 'table');
    const table = open(path);
    table.add(row(10));
    expect(readProfileTable(`${path}.jsonl`)).toEqual({ ok: true, value: { head, rows: [row(10)] } });
    expect(existsSync(`${path}.csv`)).toBe(false);
    expect(table.close()).toMatchObject({ ok: true });
    expect(readFileSync(`${path}.csv`, 'utf8').split('\n')).toHaveLength(3);
  });

  it('goes on with the same sweep and knows which rows are there', () => {
    const path = join(folder(), 'table');
    const first = open(path);
    first.add(row(10));
    first.close();
    const second = open(path, { ...head, found: { 'camera fps': 10 } });
    expect(second.head.found).toEqual({ 'camera fps': 30 });
    expect([10, 20].map((fps) => second.has(row(fps)))).toEqual([true, false]);
    second.add(row(20));
    second.close();
    expect(readFileSync(`${path}.csv`, 'utf8').trimEnd().split('\n')).toHaveLength(3);
    expect(readProfileTable(`${path}.jsonl`)).toMatchObject({ value: { rows: [row(10), row(20)] } });
  });

  it.each([
    ['a row', (whole: string) => `${whole}{"settings":{"cam`],
    ['the head', () => '{"format":"trimt'],
  ])('repairs %s that a crash tore', (_, torn) => {
    const path = join(folder(), 'table');
    const first = open(path);
    first.add(row(10));
    first.close();
    const file = `${path}.jsonl`;
    writeFileSync(file, torn(readFileSync(file, 'utf8')));
    const again = open(path);
    again.add(row(20));
    again.close();
    const table = readProfileTable(file);
    expect(table.ok && table.value.rows.at(-1)).toEqual(row(20));
  });

  it('refuses a table of another sweep, and what is none, and changes neither', () => {
    const path = join(folder(), 'table');
    open(path).close();
    const before = readFileSync(`${path}.jsonl`, 'utf8');
    const refusal = { ok: false, refusals: [{ code: 'TT_TABLE' }] };
    expect(ProfileTableFile.open(path, { ...head, repeats: 2 })).toMatchObject(refusal);
    expect(readFileSync(`${path}.jsonl`, 'utf8')).toBe(before);
    writeFileSync(`${path}.jsonl`, '{"type":"started"}\n');
    expect(ProfileTableFile.open(path, head)).toMatchObject(refusal);
    appendFileSync(`${path}.jsonl`, 'no JSON\n');
    expect(ProfileTableFile.open(path, head)).toMatchObject({ refusals: [{ code: 'TT_FILE_DAMAGED' }] });
  });

  it('says what cannot be written or read', () => {
    const path = join(folder(), 'table');
    mkdirSync(`${path}.csv`);
    const table = open(path);
    expect(table.close()).toMatchObject({ refusals: [{ code: 'TT_FILE_UNWRITABLE' }] });
    writeFileSync(join(path, '..', 'file'), '');
    expect(ProfileTableFile.open(join(path, '..', 'file', 'table'), head)).toMatchObject({
      refusals: [{ code: 'TT_FILE_UNWRITABLE' }],
    });
    expect(readProfileTable(`${path}-none.jsonl`)).toMatchObject({ refusals: [{ code: 'TT_FILE_MISSING' }] });
  });
});
