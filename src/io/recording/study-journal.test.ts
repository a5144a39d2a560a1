import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Result } from '../../core/refusal.ts';
import type { JournalEvent } from '../../core/tune/journal.ts';
import { ownIdentity } from '../process/process-identity.ts';
import { newestJournal, StudyJournal } from './study-journal.ts';

const dir = mkdtempSync(join(tmpdir(), 'trimtab-journal-'));
afterAll(() => rmSync(dir, { recursive: true }));

const event: JournalEvent = { elapsedMs: 1, type: 'stopped', reason: 'time', text: 'over' };
const line = `${JSON.stringify(event)}\n`;

function file(name: string, text: string): string {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
}

function given<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusals));
  return result.value;
}

describe('a journal', () => {
  it('is begun with its folder, and gone on with where it was left', async () => {
    const path = join(dir, 'new', 'study-1.jsonl');
    const begun = given(await StudyJournal.begin(path));
    expect(begun.events).toEqual([]);
    begun.append(event);
    begun.close();
    const resumed = given(await StudyJournal.resume(path));
    expect(resumed.events).toEqual([event]);
    resumed.append(event);
    resumed.close();
    expect(readFileSync(path, 'utf8')).toBe(line + line);
    expect(readdirSync(join(dir, 'new'))).toEqual(['study-1.jsonl']);
  });

  it('loses the torn last line when it is gone on with', async () => {
    const path = file('torn.jsonl', `${line}{"elapsedMs":2,"ty`);
    const resumed = given(await StudyJournal.resume(path));
    resumed.append(event);
    resumed.close();
    expect(resumed.events).toEqual([event]);
    expect(readFileSync(path, 'utf8')).toBe(line + line);
  });

  it('is written by one process at a time, and left by one that died', async () => {
    const path = file('locked.jsonl', line);
    const open = given(await StudyJournal.resume(path));
    const second = await StudyJournal.resume(path);
    expect(second).toMatchObject({ ok: false, refusals: [{ code: 'TT_FILE_LOCKED' }] });
    open.close();
    const { pid } = spawnSync('/bin/true');
    writeFileSync(`${path}.lock`, JSON.stringify({ ...ownIdentity(), pid }));
    given(await StudyJournal.resume(path)).close();
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it.each([
    ['is not there', () => join(dir, 'nowhere', 'study.jsonl'), 'TT_FILE_MISSING'],
    ['is something else', () => file('poem.txt', 'roses\nare red'), 'TT_JOURNAL'],
    ['is a folder', () => dir, 'TT_FILE_MISSING'],
  ])('that %s is refused, and nothing is written', async (_, pathOf, code) => {
    const path = pathOf();
    const before = readdirSync(dir);
    const text = code === 'TT_JOURNAL' && readFileSync(path, 'utf8');
    expect(await StudyJournal.resume(path)).toMatchObject({ ok: false, refusals: [{ code }] });
    expect(readdirSync(dir)).toEqual(before);
    if (text) expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('that cannot be written is refused', async () => {
    const path = join(file('no-folder', ''), 'study-1.jsonl');
    expect(await StudyJournal.begin(path)).toMatchObject({ refusals: [{ code: 'TT_FILE_UNWRITABLE' }] });
  });
});

describe('newestJournal', () => {
  it('is the one of a folder that was written last', () => {
    const [old, recent] = [file('study-9.jsonl', ''), file('study-4.jsonl', '')];
    utimesSync(old, 1, 1);
    utimesSync(recent, new Date(), new Date(Date.now() + 60_000));
    file('learned-effects.jsonl', '');
    expect(newestJournal(dir)).toBe(recent);
    expect(newestJournal(join(dir, 'nowhere'))).toBeUndefined();
  });
});
