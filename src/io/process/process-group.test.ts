import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProcessGroup } from './process-group.ts';

const node = process.execPath;
const forever = 'setInterval(() => {}, 1000); console.log("ready")';

describe('ProcessGroup', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'process-group-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('gives the line asked for and logs the output', async () => {
    const group = new ProcessGroup({ logDir: dir });
    const child = group.start({ name: 'a', command: node, args: ['-e', forever] });
    expect(await child.line((line) => line === 'ready', 10_000)).toBe('ready');
    await group.stop();
    expect(readFileSync(group.logFile('a'), 'utf8')).toContain('ready');
  });

  it('ends a child that ignores SIGINT and SIGTERM', async () => {
    const group = new ProcessGroup({ logDir: dir });
    const stubborn = `process.on('SIGINT', () => {}); process.on('SIGTERM', () => {}); ${forever}`;
    const child = group.start({ name: 'stubborn', command: node, args: ['-e', stubborn] });
    await child.line((line) => line === 'ready', 10_000);
    await group.stop(100);
    expect((await child.ended).signal).toBe('SIGKILL');
  });

  it('ends the children of a child', async () => {
    const group = new ProcessGroup({ logDir: dir });
    const parent = `const c = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(forever)}]); c.stdout.once('data', () => console.log(c.pid)); setInterval(() => {}, 1000)`;
    const child = group.start({ name: 'parent', command: node, args: ['-e', parent] });
    const pid = Number(await child.line((line) => /^\d+$/.test(line), 10_000));
    expect(pid).toBeGreaterThan(0);
    await group.stop();
    await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false);
  });

  it('tells of an end that nobody asked for', async () => {
    const ends: string[] = [];
    const group = new ProcessGroup({
      logDir: dir,
      onUnexpectedEnd: (name, how) => ends.push(`${name} ${how}`),
    });
    await group.start({ name: 'brief', command: node, args: ['-e', 'process.exit(3)'] }).ended;
    await expect.poll(() => ends).toEqual(['brief exit code 3']);
    await group.stop();
  });

  it('reports a command that is not there as ended', async () => {
    const group = new ProcessGroup({ logDir: dir });
    const child = group.start({ name: 'absent', command: join(dir, 'no-such-program'), args: [] });
    expect(await child.ended).toEqual({ code: null, signal: null });
    await group.stop();
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z');
  } catch {
    return false;
  }
}
