import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Procfs } from '../platform/procfs.ts';
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

  it('starts nothing where the log cannot be opened', async () => {
    const group = new ProcessGroup({ logDir: dir });
    const marker = `orphan-${process.pid}-${dir.slice(-6)}`;
    const start = () => group.start({ name: 'n'.repeat(300), command: node, args: ['-e', forever, marker] });
    expect(start).toThrow('ENAMETOOLONG');
    const started = () => new Procfs().list().filter(({ commandLine }) => commandLine.includes(marker));
    // A child has its parent's command line until it has begun with its own program.
    await sleep(300);
    for (const { pid } of started()) onTestFinished(() => void process.kill(pid, 'SIGKILL'));
    expect(started()).toEqual([]);
    expect(group.pids.size).toBe(0);
  });

  it('keeps all that a child says at its end, whoever goes on with its output', async () => {
    const group = new ProcessGroup({ logDir: dir });
    const later = `setTimeout(() => console.log('said later'), 300)`;
    const source = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(later)}], { stdio: 'inherit' }); process.stdout.write('x'.repeat(300_000) + '\\nlast words\\n', () => process.exit(1))`;
    const child = group.start({ name: 'talker', command: node, args: ['-e', source] });
    await child.ended;
    await expect.poll(() => group.tail('talker', 2), { timeout: 5000 }).toBe('last words\nsaid later');
    await group.stop();
  });

  it('tells of an end only when what explains it is in the log', async () => {
    const tails: string[] = [];
    const group: ProcessGroup = new ProcessGroup({
      logDir: dir,
      onUnexpectedEnd: (name) => tails.push(group.tail(name, 1)),
    });
    const source = `process.stdout.write('x'.repeat(3_000_000) + '\\nready\\nthe reason\\n', () => process.exit(1))`;
    const child = group.start({ name: 'talker', command: node, args: ['-e', source] });
    expect(await child.line((line) => line === 'ready', 10_000)).toBe('ready');
    await expect.poll(() => tails).toEqual(['the reason']);
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
