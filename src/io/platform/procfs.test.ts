import { mkdirSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { sampleHost } from './host.ts';
import { Procfs } from './procfs.ts';
import { ProcfsTree } from './procfs-tree.fixture.ts';
import { burnCpu, idle, Spawned } from './spawned.fixture.ts';

function tree(): ProcfsTree {
  const files = new ProcfsTree();
  onTestFinished(() => files.remove());
  return files;
}

describe('Procfs on a file tree', () => {
  it('reads a process whose name holds blanks and parentheses', () => {
    const files = tree();
    files.put({
      pid: 42,
      parentPid: 7,
      command: 'a) S 1 (b',
      args: ['node', 'x y.js', '--z'],
      cpuTicks: 150,
      rssKib: 64,
    });
    const procfs = new Procfs(files.root);
    expect(procfs.info(42)).toEqual({
      pid: 42,
      parentPid: 7,
      commandLine: 'node x y.js --z',
      startTicks: 500,
    });
    expect(procfs.usage(42)).toEqual({
      startTicks: 500,
      cpuMs: 1500,
      rssBytes: 65536,
      threads: 3,
    });
    expect(procfs.threadSwitches(42)).toEqual([{ threadId: 42, voluntary: 7, involuntary: 3 }]);
    expect(procfs.ownPid(42)).toBe(42);
  });

  it('has nothing to say of a process that is not there', () => {
    const procfs = new Procfs(tree().root);
    expect(procfs.info(9)).toBeUndefined();
    expect(procfs.usage(9)).toBeUndefined();
    expect(procfs.tree(9)).toEqual([]);
    expect(procfs.allowedCpus(9)).toEqual([]);
    expect(procfs.threadSwitches(9)).toEqual([]);
    expect(procfs.ownPid(9)).toBeUndefined();
    expect(procfs.hasMapped(9, /x/)).toBeUndefined();
    expect(procfs.variable(9, 'HOME')).toBeUndefined();
    expect(procfs.membership(9)).toBeUndefined();
    expect(procfs.list()).toEqual([]);
  });

  it('knows kernel threads, which have no command line', () => {
    const files = tree();
    files.put({ pid: 42, command: 'kworker/0:1', args: ['not read'], isKernelThread: true });
    expect(new Procfs(files.root).info(42)?.commandLine).toBe('');
  });

  it('counts memory in pages of the kernel’s size', () => {
    const files = tree();
    files.put({ pid: 42, rssKib: 64 });
    mkdirSync(join(files.root, 'self'));
    files.write(
      'self/smaps',
      '5500-5600 r-xp 0 08:01 7 /usr/bin/node\nSize: 64 kB\nKernelPageSize:       64 kB\n',
    );
    expect(new Procfs(files.root).usage(42)?.rssBytes).toBe(16 * 65_536);
  });

  it('reads what a process was started with and has loaded', () => {
    const files = tree();
    files.put({ pid: 5, ownPid: 1, environment: { A: '', B: 'x=y' }, mapped: ['/opt/lib/libfoo.so.1'] });
    const procfs = new Procfs(files.root);
    expect(procfs.ownPid(5)).toBe(1);
    expect(['A', 'B', 'C'].map((name) => procfs.variable(5, name))).toEqual(['', 'x=y', '']);
    expect(procfs.hasMapped(5, /libfoo/)).toBe(true);
    expect(procfs.hasMapped(5, /libbar/)).toBe(false);
  });

  it('finds all descendants, parents first', () => {
    const files = tree();
    files.put({ pid: 10, parentPid: 1 });
    files.put({ pid: 5, parentPid: 10 });
    files.put({ pid: 11, parentPid: 10 });
    files.put({ pid: 12, parentPid: 5 });
    files.put({ pid: 20, parentPid: 1 });
    expect(new Procfs(files.root).tree(10)).toEqual([10, 11, 5, 12]);
  });

  it('reads CPU lists and host counters', () => {
    const files = tree();
    files.put({ pid: 10 });
    files.write('stat', 'cpu  100 10 50 9999 77 5 5 88 0 0\ncpu0 1 2 3\ncpu1 1 2 3\nintr 5\n');
    files.write('loadavg', '1.25 0.50 0.25 2/99 1234\n');
    const procfs = new Procfs(files.root);
    expect(procfs.allowedCpus(10)).toEqual([0, 1, 2, 5]);
    expect(sampleHost(procfs)).toEqual({ busyMs: 1700, cpuCount: 2, load1: 1.25 });
  });
});

describe('Procfs on this machine', () => {
  const spawned = new Spawned();
  const procfs = new Procfs();
  afterEach(() => spawned.endAll());

  it('sees a child burn CPU, and one that does not', { timeout: 30_000 }, async () => {
    const busy = spawned.node(burnCpu, 'busy');
    const lazy = spawned.node(idle, 'lazy');
    await vi.waitFor(() => expect(procfs.usage(busy)?.cpuMs).toBeGreaterThan(500), 20_000);
    expect(procfs.usage(lazy)?.cpuMs).toBeLessThan(procfs.usage(busy)?.cpuMs as number);
    expect(procfs.usage(lazy)?.rssBytes).toBeGreaterThan(1e6);
  });

  it('counts the time of all threads', { timeout: 30_000 }, async () => {
    const source = `const { Worker } = require('node:worker_threads'); new Worker(${JSON.stringify(burnCpu)}, { eval: true })`;
    const pid = spawned.node(source, 'threads');
    await vi.waitFor(() => expect(procfs.usage(pid)?.cpuMs).toBeGreaterThan(500), 20_000);
    expect(procfs.usage(pid)?.threads).toBe(readdirSync(`/proc/${pid}/task`).length);
  });

  it('counts more switches of a child that waits often', { timeout: 30_000 }, async () => {
    const pid = spawned.node('setInterval(() => {}, 2)', 'often');
    const voluntary = () => procfs.threadSwitches(pid).reduce((sum, thread) => sum + thread.voluntary, 0);
    await vi.waitFor(() => expect(voluntary()).toBeGreaterThan(200), 20_000);
  });

  it('sees the memory of this process as the process itself does', () => {
    const ratio = (procfs.usage(process.pid)?.rssBytes ?? 0) / process.memoryUsage.rss();
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.4);
  });

  it('finds a child in the tree of this process, with its command line', () => {
    const pid = spawned.node(idle, 'needle-in-procfs');
    expect(procfs.tree(process.pid)).toContain(pid);
    expect(procfs.info(pid)).toMatchObject({ parentPid: process.pid });
  });

  it('knows the CPUs', () => {
    expect(procfs.host().cpuCount).toBe(cpus().length);
    expect(procfs.allowedCpus(process.pid).length).toBeGreaterThan(0);
    expect(procfs.allowedCpus(process.pid).length).toBeLessThanOrEqual(cpus().length);
    expect(procfs.host().busyMs).toBeGreaterThan(0);
  });
});
