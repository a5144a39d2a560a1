import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleReport } from './testing/sample-report.ts';
import { findUnwritable, writeReport } from './write-report.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-report-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('writeReport', () => {
  it('writes what was asked for and nothing else', async () => {
    const paths = {
      html: join(folder, 'a.html'),
      json: join(folder, 'b.json'),
      figure: join(folder, 'c.svg'),
    };
    const result = await writeReport(sampleReport(), paths);
    expect(result.ok && result.value.map((file) => file.path)).toEqual(Object.values(paths));
    expect((await readdir(folder)).sort()).toEqual(['a.html', 'b.json', 'c.svg']);
  });

  it('gives JSON that reads back as the report, with null where nothing was measured', async () => {
    const report = { ...sampleReport(), utility: Number.NaN };
    const json = join(folder, 'b.json');
    await writeReport(report, { json });
    expect(JSON.parse(await readFile(json, 'utf8'))).toEqual({ ...report, utility: null });
  });

  it('refuses a path in a folder that is not there and leaves nothing behind', async () => {
    const result = await writeReport(sampleReport(), { html: join(folder, 'absent', 'a.html') });
    expect(result.ok ? [] : result.refusals.map((refusal) => refusal.code)).toEqual(['TT_FILE_UNWRITABLE']);
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a folder in the place of a file and removes what it had begun', async () => {
    const result = await writeReport(sampleReport(), { html: folder });
    expect(result.ok).toBe(false);
    await expect(readFile(`${folder}.partial`)).rejects.toThrow();
  });
});

describe('findUnwritable', () => {
  it('names each path that cannot be written, before anything is', async () => {
    const refusals = await findUnwritable({
      html: join(folder, 'absent', 'a.html'),
      json: join(folder, 'b.json'),
      figure: folder,
    });
    expect(refusals.map((refusal) => refusal.found)).toEqual([join(folder, 'absent', 'a.html'), folder]);
    expect(await readdir(folder)).toEqual([]);
  });
});
