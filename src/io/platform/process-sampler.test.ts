import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CounterWindow } from '../../core/measure/counter-window.ts';
import { namingByCommandLine, ProcessSampler } from './process-sampler.ts';
import { Procfs } from './procfs.ts';
import { ProcfsTree } from './procfs-tree.fixture.ts';
import { burnCpu, idle, Spawned } from './spawned.fixture.ts';

const matchers = [
  { name: 'detector', pattern: /detector\.js/ },
  { name: 'world', pattern: /world\.js/ },
];

function setUp() {
  const files = new ProcfsTree();
  onTestFinished(() => files.remove());
  const sampler = new ProcessSampler({
    naming: namingByCommandLine(matchers),
    procfs: new Procfs(files.root),
  });
  const look = ({ search = true } = {}) => {
    if (search) sampler.search();
    return sampler.sample();
  };
  return { files, look };
}

describe('ProcessSampler on a file tree', () => {
  it('finds processes by command line', () => {
    const { files, look } = setUp();
    files.put({ pid: 10, args: ['node', 'detector.js', '--x'], rssKib: 1000 });
    files.put({ pid: 11, args: ['node', 'other.js'] });
    expect(look()).toMatchObject([
      { name: 'detector', pids: [10], cpuMs: 0, rssBytes: 1_024_000, threads: 3 },
      { name: 'world', pids: [], cpuMs: 0, rssBytes: 0, threads: 0 },
    ]);
  });

  it('counts descendants for the nearest named ancestor', () => {
    const { files, look } = setUp();
    files.put({ pid: 10, args: ['node', 'world.js'] });
    files.put({ pid: 11, parentPid: 10, args: ['helper'] });
    files.put({ pid: 12, parentPid: 11, args: ['node', 'detector.js'] });
    files.put({ pid: 13, parentPid: 12, args: ['helper'] });
    expect(look().map(({ pids }) => pids)).toEqual([
      [12, 13],
      [10, 11],
    ]);
  });

  it('counts the switches of all threads, of those that began or ended meanwhile too', () => {
    const { files, look } = setUp();
    const switchesWith = (...threadSwitches: [number, number][]) => {
      files.put({ pid: 10, args: ['detector.js'], startTicks: 50, threadSwitches });
      const samples = [look(), look(), look(), look()];
      return samples.flatMap(([detector]) => detector?.switches ?? []);
    };
    expect(switchesWith([100, 10], [200, 20])).toEqual([{ voluntary: 0, involuntary: 0 }]);
    expect(switchesWith([105, 11], [230, 20], [40, 4])).toEqual([{ voluntary: 75, involuntary: 5 }]);
    expect(switchesWith([106, 11])).toEqual([{ voluntary: 76, involuntary: 5 }]);
  });

  it('looks at the threads of different names at different times', () => {
    const { look } = setUp();
    const turns = [look(), look(), look(), look()].map((samples) =>
      samples.filter(({ switches }) => switches).map(({ name }) => name),
    );
    expect(Math.max(...turns.map((names) => names.length))).toBe(1);
    expect(turns.flat().sort()).toEqual(['detector', 'world']);
  });

  it('counts a process that it found running from then on, and a later one in full', () => {
    const { files, look } = setUp();
    files.put({ pid: 10, args: ['detector.js'], cpuTicks: 900, startTicks: 50 });
    expect(look()[0]?.cpuMs).toBe(0);
    files.put({ pid: 10, args: ['detector.js'], cpuTicks: 930, startTicks: 50 });
    files.put({ pid: 11, args: ['detector.js'], cpuTicks: 20, startTicks: 100_050 });
    expect(look()[0]?.cpuMs).toBe(500);
  });

  it('never counts back when a process ends, and finds its successor', () => {
    const { files, look } = setUp();
    files.put({ pid: 10, args: ['detector.js'], cpuTicks: 100, startTicks: 100_001 });
    expect(look()[0]?.cpuMs).toBe(1000);
    files.end(10);
    expect(look({ search: false })[0]).toMatchObject({ pids: [], cpuMs: 1000 });
    files.put({ pid: 12, args: ['detector.js'], cpuTicks: 7, startTicks: 100_300 });
    expect(look()[0]).toMatchObject({ pids: [12], cpuMs: 1070 });
  });

  it('is not fooled by a pid that is used again', () => {
    const { files, look } = setUp();
    files.put({ pid: 10, args: ['detector.js'], cpuTicks: 100, startTicks: 100_001 });
    look();
    files.put({ pid: 10, args: ['something-else'], cpuTicks: 5000, startTicks: 100_200 });
    expect(look({ search: false })[0]).toMatchObject({ pids: [], cpuMs: 1000 });
    expect(look()[0]).toMatchObject({ pids: [], cpuMs: 1000 });
  });
});

describe('ProcessSampler on this machine', () => {
  const spawned = new Spawned();
  afterEach(() => spawned.endAll());

  it('tells a busy process from an idle one', { timeout: 30_000 }, async () => {
    const marker = `sampler-${process.pid}`;
    const sampler = new ProcessSampler({
      naming: namingByCommandLine([
        { name: 'busy', pattern: new RegExp(`${marker}-busy`) },
        { name: 'idle', pattern: new RegExp(`${marker}-idle`) },
      ]),
    });
    const pids = [spawned.node(burnCpu, `${marker}-busy`), spawned.node(idle, `${marker}-idle`)];
    const windows = [new CounterWindow(), new CounterWindow()];
    await vi.waitFor(
      () => {
        const nowMs = performance.now();
        sampler.search();
        const samples = sampler.sample();
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
