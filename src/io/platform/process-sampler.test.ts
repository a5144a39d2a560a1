import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CounterWindow } from '../../core/measure/counter-window.ts';
import { ProcessSampler } from './process-sampler.ts';
import { Procfs } from './procfs.ts';
import { ProcfsTree } from './procfs-tree.fixture.ts';
import { burnCpu, idle, Spawned } from './spawned.fixture.ts';

const matchers = [
  { name: 'detector', pattern: /detector\.js/ },
  { name: 'world', pattern: /world\.js/ },
];

function setUp(includeDescendants = true) {
  const files = new ProcfsTree();
  onTestFinished(() => files.remove());
  const sampler = new ProcessSampler({ matchers, includeDescendants, procfs: new Procfs(files.root) });
  return { files, sampler };
}

describe('ProcessSampler on a file tree', () => {
  it('finds processes by command line and shows it', () => {
    const { files, sampler } = setUp();
    files.put({ pid: 10, args: ['node', 'detector.js', '--x'], rssKib: 1000 });
    files.put({ pid: 11, args: ['node', 'other.js'] });
    expect(sampler.sample(0)).toEqual([
      { name: 'detector', pids: [10], cpuMs: 0, rssBytes: 1_024_000 },
      { name: 'world', pids: [], cpuMs: 0, rssBytes: 0 },
    ]);
    expect(sampler.matches()).toEqual([{ name: 'detector', pid: 10, commandLine: 'node detector.js --x' }]);
  });

  it('counts descendants for the nearest named ancestor, when asked to', () => {
    const put = (files: ProcfsTree) => {
      files.put({ pid: 10, args: ['node', 'world.js'] });
      files.put({ pid: 11, parentPid: 10, args: ['helper'] });
      files.put({ pid: 12, parentPid: 11, args: ['node', 'detector.js'] });
      files.put({ pid: 13, parentPid: 12, args: ['helper'] });
    };
    const all = setUp();
    put(all.files);
    expect(all.sampler.sample(0).map(({ pids }) => pids)).toEqual([
      [12, 13],
      [10, 11],
    ]);
    const own = setUp(false);
    put(own.files);
    expect(own.sampler.sample(0).map(({ pids }) => pids)).toEqual([[12], [10]]);
  });

  it('counts a process that it found running from then on, and a later one in full', () => {
    const { files, sampler } = setUp();
    files.put({ pid: 10, args: ['detector.js'], cpuTicks: 900, startTicks: 50 });
    expect(sampler.sample(0)[0]?.cpuMs).toBe(0);
    files.put({ pid: 10, args: ['detector.js'], cpuTicks: 930, startTicks: 50 });
    files.put({ pid: 11, args: ['detector.js'], cpuTicks: 20, startTicks: 100_050 });
    expect(sampler.sample(1000)[0]?.cpuMs).toBe(500);
  });

  it('never counts back when a process ends, and finds its successor', () => {
    const { files, sampler } = setUp();
    files.put({ pid: 10, args: ['detector.js'], cpuTicks: 100, startTicks: 100_001 });
    expect(sampler.sample(0)[0]?.cpuMs).toBe(1000);
    files.end(10);
    expect(sampler.sample(100)[0]).toMatchObject({ pids: [], cpuMs: 1000 });
    files.put({ pid: 12, args: ['detector.js'], cpuTicks: 7, startTicks: 100_300 });
    expect(sampler.sample(1100)[0]).toMatchObject({ pids: [12], cpuMs: 1070 });
  });

  it('is not fooled by a pid that is used again', () => {
    const { files, sampler } = setUp();
    files.put({ pid: 10, args: ['detector.js'], cpuTicks: 100, startTicks: 100_001 });
    sampler.sample(0);
    files.put({ pid: 10, args: ['something-else'], cpuTicks: 5000, startTicks: 100_200 });
    expect(sampler.sample(100)[0]).toMatchObject({ pids: [], cpuMs: 1000 });
    expect(sampler.sample(1100)[0]).toMatchObject({ pids: [], cpuMs: 1000 });
  });
});

describe('ProcessSampler on this machine', () => {
  const spawned = new Spawned();
  afterEach(() => spawned.endAll());

  it('tells a busy process from an idle one', { timeout: 30_000 }, async () => {
    const marker = `sampler-${process.pid}`;
    const sampler = new ProcessSampler({
      matchers: [
        { name: 'busy', pattern: new RegExp(`${marker}-busy`) },
        { name: 'idle', pattern: new RegExp(`${marker}-idle`) },
      ],
    });
    const pids = [spawned.node(burnCpu, `${marker}-busy`), spawned.node(idle, `${marker}-idle`)];
    const windows = [new CounterWindow(), new CounterWindow()];
    await vi.waitFor(
      () => {
        const nowMs = performance.now();
        const samples = sampler.sample(nowMs);
        expect(samples.map((sample) => sample.pids)).toEqual(pids.map((pid) => [pid]));
        for (const [index, sample] of samples.entries()) windows[index]?.record(nowMs, sample.cpuMs);
        const [busy = 0, lazy = 0] = windows.map((window) => window.ratePerMs(nowMs, 1000) ?? 0);
        expect(busy).toBeGreaterThan(0.2);
        expect(busy).toBeGreaterThan(5 * lazy);
      },
      { timeout: 20_000, interval: 200 },
    );
  });
});
