import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { profileOf } from '../../core/spec/profile-fixture.ts';
import { writeWhole } from '../../io/recording/write-whole.ts';
import { csvOutput } from './outputs.ts';

it('csvOutput has a line for each number, says once that the disk is full, and writes no more', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-csv-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a.csv');
  const errors: string[] = [];
  let isFull = false;
  const write = (file: number, content: string | Uint8Array) => {
    if (isFull) throw new Error('ENOSPC: no space left on device, write');
    writeWhole(file, content);
  };
  const output = csvOutput(path, (error) => errors.push(error.message), write);
  if (!output.ok) throw new Error(JSON.stringify(output.refusals));
  const profile = profileOf({ rates: { '/image': 30 } });
  output.value.show(profile);
  const before = readFileSync(path, 'utf8');
  expect(before.split('\n')[0]).toBe('end_s,kind,name,quantity,value');
  expect(before).toContain(`${profile.endMs / 1000},topic,/image,rate_hz,30\n`);
  isFull = true;
  output.value.show(profile);
  output.value.show(profile);
  isFull = false;
  output.value.show(profile);
  output.value.close();
  expect(errors).toEqual([expect.stringContaining('ENOSPC')]);
  expect(readFileSync(path, 'utf8')).toBe(before);
});

it('csvOutput is refused where the file cannot be written at all', () => {
  for (const path of ['/dev/full', '/dev/null/a.csv'])
    expect(csvOutput(path, () => undefined)).toMatchObject({ refusals: [{ code: 'TT_FILE_UNWRITABLE' }] });
});
