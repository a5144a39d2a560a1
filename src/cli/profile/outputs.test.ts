import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { profileOf } from '../../core/spec/profile-fixture.ts';
import { csvOutput } from './outputs.ts';

const disk = vi.hoisted(() => ({ isFull: false }));

vi.mock('../../io/recording/write-whole.ts', async (original) => {
  const { writeWhole } = await original<typeof import('../../io/recording/write-whole.ts')>();
  return {
    writeWhole: (file: number, content: string) => {
      if (disk.isFull) throw new Error('ENOSPC: no space left on device, write');
      writeWhole(file, content);
    },
  };
});

it('csvOutput has a line for each number, says once that the disk is full, and writes no more', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-csv-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a.csv');
  const errors: string[] = [];
  const output = csvOutput(path, (error) => errors.push(error.message));
  if (!output.ok) throw new Error(JSON.stringify(output.refusals));
  const profile = profileOf({ rates: { '/image': 30 } });
  output.value.show(profile);
  const before = readFileSync(path, 'utf8');
  expect(before.split('\n')[0]).toBe('end_s,kind,name,quantity,value');
  expect(before).toContain(`${profile.endMs / 1000},topic,/image,rate_hz,30\n`);
  disk.isFull = true;
  output.value.show(profile);
  output.value.show(profile);
  disk.isFull = false;
  output.value.show(profile);
  output.value.close();
  expect(errors).toEqual([expect.stringContaining('ENOSPC')]);
  expect(readFileSync(path, 'utf8')).toBe(before);
});

it('csvOutput is refused where the file cannot be written at all', () => {
  for (const path of ['/dev/full', '/dev/null/a.csv'])
    expect(csvOutput(path, () => undefined)).toMatchObject({ refusals: [{ code: 'TT_FILE_UNWRITABLE' }] });
});
