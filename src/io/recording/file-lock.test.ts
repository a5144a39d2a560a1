import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { accept } from '../../core/refusal.ts';
import { ownIdentity } from '../process/process-identity.ts';
import { withFileLock } from './file-lock.ts';

function pathInFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'library.yaml');
}

const lockBy = (path: string, owner: object) => writeFileSync(`${path}.lock`, JSON.stringify(owner));

it('holds the lock while it acts, and leaves nothing', async () => {
  const path = pathInFolder();
  const held = await withFileLock(path, () => accept(existsSync(`${path}.lock`)));
  expect(held).toEqual({ ok: true, value: true });
  expect(readdirSync(join(path, '..'))).toEqual([]);
});

it('gives the lock back when the act throws', async () => {
  const path = pathInFolder();
  const act = () => {
    throw new Error('broken');
  };
  await expect(withFileLock(path, act)).rejects.toThrow('broken');
  expect(readdirSync(join(path, '..'))).toEqual([]);
});

it('refuses while a running process holds it, and leaves it its lock', async () => {
  const path = pathInFolder();
  lockBy(path, ownIdentity());
  const acted: string[] = [];
  const act = () => {
    acted.push('acted');
    return accept(undefined);
  };
  const refused = await withFileLock(path, act, { waitMs: 0 });
  expect(refused).toMatchObject({ ok: false, refusals: [{ code: 'TT_FILE_LOCKED', found: `${path}.lock` }] });
  expect(!refused.ok && refused.refusals[0]?.reason).toContain(`process ${process.pid}`);
  expect(acted).toEqual([]);
  expect(readdirSync(join(path, '..'))).toEqual(['library.yaml.lock']);
});

it('waits for one that ends soon', async () => {
  const path = pathInFolder();
  lockBy(path, ownIdentity());
  const waiting = withFileLock(path, () => accept('mine'), { waitMs: 60_000 });
  rmSync(`${path}.lock`);
  expect(await waiting).toEqual({ ok: true, value: 'mine' });
});

it('takes the lock of a process that died', async () => {
  const path = pathInFolder();
  const { pid } = spawnSync('/bin/true');
  lockBy(path, { pid, startTicks: 1 });
  expect(await withFileLock(path, () => accept('mine'))).toEqual({ ok: true, value: 'mine' });
  expect(readdirSync(join(path, '..'))).toEqual([]);
});

it('refuses what no process wrote', async () => {
  const path = pathInFolder();
  writeFileSync(`${path}.lock`, 'mine!');
  expect(await withFileLock(path, () => accept('mine'), { waitMs: 0 })).toMatchObject({
    ok: false,
    refusals: [{ code: 'TT_FILE_LOCKED' }],
  });
});
