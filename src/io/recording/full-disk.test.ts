import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { profileTableHead } from '../../core/measure/profile-table.ts';
import { JournalFile, readJournal } from './journal-file.ts';
import { LastGoodFile } from './last-good.ts';
import { ProfileTableFile } from './profile-table.ts';

/** How many bytes the disk still takes. As the kernel does, a write that does not fit is cut short, and only the next one fails. */
const disk = vi.hoisted(() => ({ roomBytes: Number.POSITIVE_INFINITY }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const writeSync = (file: number, data: string | Uint8Array, offset = 0): number => {
    const bytes = (typeof data === 'string' ? Buffer.from(data) : data).subarray(offset);
    if (disk.roomBytes === 0) throw new Error('ENOSPC: no space left on device, write');
    const written = fs.writeSync(file, bytes, 0, Math.min(bytes.length, disk.roomBytes));
    disk.roomBytes -= written;
    return written;
  };
  return { ...fs, writeSync };
});

beforeEach(() => {
  disk.roomBytes = Number.POSITIVE_INFINITY;
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'trimtab-full-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe('on a disk that fills up within a write', () => {
  it('a journal says so, and is whole when there is room again', () => {
    const path = join(folder(), 'journal.jsonl');
    const opened = JournalFile.open(path);
    if (!opened.ok) throw new Error(JSON.stringify(opened.refusals));
    opened.value.append({ trial: 1 });
    disk.roomBytes = 5;
    expect(() => opened.value.append({ trial: 2 })).toThrow('ENOSPC');
    disk.roomBytes = Number.POSITIVE_INFINITY;
    opened.value.append({ trial: 3 });
    opened.value.close();
    expect(readJournal(path)).toEqual({
      ok: true,
      value: { records: [{ trial: 1 }, { trial: 3 }], torn: false },
    });
  });

  it('a record that is replaced stays the old one', () => {
    const path = folder();
    const file = new LastGoodFile(join(path, 'last-good.json'));
    const old = { configuration: { fps: 15 }, savedMs: 1 };
    file.save(old);
    disk.roomBytes = 20;
    expect(file.save({ configuration: { fps: 30 }, savedMs: 2 })).toMatchObject({
      refusals: [{ code: 'TT_FILE_UNWRITABLE' }],
    });
    expect(file.load()).toEqual({ ok: true, value: old });
    expect(readdirSync(path)).toEqual(['last-good.json']);
  });

  it('a table is refused that cannot even take its head, and the same sweep may begin later', () => {
    const path = join(folder(), 'table');
    const head = profileTableHead({
      swept: [],
      design: 'grid',
      repeats: 1,
      settleMs: 0,
      windowMs: 200,
      found: {},
    });
    disk.roomBytes = 9;
    expect(ProfileTableFile.open(path, head)).toMatchObject({ refusals: [{ code: 'TT_FILE_UNWRITABLE' }] });
    disk.roomBytes = Number.POSITIVE_INFINITY;
    expect(ProfileTableFile.open(path, head)).toMatchObject({ ok: true });
    expect(readFileSync(`${path}.jsonl`, 'utf8').trimEnd().split('\n')).toHaveLength(1);
  });
});
