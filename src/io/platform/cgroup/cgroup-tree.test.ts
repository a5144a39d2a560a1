import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Procfs } from '../procfs.ts';
import { ProcfsTree } from '../procfs-tree.fixture.ts';
import { groupPids } from './cgroup-fs.ts';
import { CgroupTree, removeStaleGroups } from './cgroup-tree.ts';
import { CgroupV2Tree } from './cgroup-v2.fixture.ts';
import type { WritableCgroup } from './cpu-controller.ts';
import { detectCgroup } from './detect.ts';

function setUp(options: { cores?: number | undefined } = {}) {
  const fs = new CgroupV2Tree({ ownGroup: '/user.slice/shell' });
  const files = new ProcfsTree();
  onTestFinished(() => {
    fs.remove();
    files.remove();
  });
  files.put({ pid: 10, parentPid: 1 });
  files.put({ pid: 11, parentPid: 10 });
  files.put({ pid: process.pid });
  const procfs = new Procfs(files.root);
  const support = detectCgroup({ fs, procRoot: fs.procRoot }) as WritableCgroup;
  const tree = CgroupTree.create({ support, label: 'demo', cores: 0.9, fs, procfs, ...options });
  const directory = join(support.base, tree.group);
  return { fs, files, procfs, support, tree, directory };
}

const read = (...path: string[]) => readFileSync(join(...path), 'utf8').trim();

describe('CgroupTree on cgroup v2 rules', () => {
  it('writes the budget and reads it back', () => {
    const { tree, directory } = setUp();
    expect(tree.group).toBe(`trimtab-demo-${process.pid}`);
    expect(read(directory, 'cpu.max')).toBe('18000 20000');
    expect(tree.budgetCores).toBe(0.9);
  });

  it('can do without a budget', () => {
    const { tree, directory } = setUp({ cores: undefined });
    expect(read(directory, 'cpu.max')).toMatch(/^max /);
    expect(tree.budgetCores).toBeUndefined();
    expect(tree.limit('detector', 3)).toBe(3);
  });

  it('places a process with its descendants', () => {
    const { tree, fs, directory } = setUp();
    tree.place('/robot/detector.x', 10);
    expect(tree.names()).toEqual(['/robot/detector.x']);
    expect(tree.pids('/robot/detector.x')).toEqual([10, 11]);
    expect(groupPids(fs, directory)).toEqual([]);
  });

  it('limits by name, never above the budget', () => {
    const { tree, directory } = setUp();
    expect(tree.readLimit('detector')).toBeUndefined();
    expect(tree.limit('detector', 0.25)).toBe(0.25);
    expect(read(directory, 'detector/cpu.max')).toBe('5000 20000');
    expect(tree.readLimit('detector')).toBe(0.25);
    expect(tree.limit('detector', 4)).toBe(0.9);
    expect(tree.readLimit('detector')).toBe(0.9);
  });

  it('gives a small limit a longer period, as no quota is below 1 ms', () => {
    const { tree, directory } = setUp();
    tree.limit('detector', 0.01);
    expect(read(directory, 'detector/cpu.max')).toBe('1000 100000');
  });

  it('takes the budget for the limit of a name that has none', () => {
    const { tree } = setUp();
    tree.place('detector', 10);
    expect(tree.readLimit('detector')).toBe(0.9);
  });

  it('adds up usage and throttling', () => {
    const { tree, directory } = setUp();
    tree.place('detector', 10);
    writeFileSync(join(directory, 'cpu.stat'), 'usage_usec 2500000\nthrottled_usec 400000\n');
    writeFileSync(join(directory, 'detector/cpu.stat'), 'usage_usec 1500000\nthrottled_usec 100000\n');
    expect(tree.usageMs()).toBe(2500);
    expect(tree.usageMs('detector')).toBe(1500);
    expect(tree.throttledMs()).toBe(500);
  });

  it('is removed without ending anything', async () => {
    const { tree, fs, support } = setUp();
    tree.place('detector', 10);
    expect(await tree.remove()).toEqual([]);
    expect(fs.directories(support.base)).toEqual(['shell']);
    expect(groupPids(fs, support.home)).toEqual([process.pid, 10, 11]);
  });

  it('is found by another process, and nothing else is', () => {
    const { tree, fs, support } = setUp();
    tree.limit('detector', 0.5);
    expect(CgroupTree.attach({ support, fs, group: tree.group })?.readLimit('detector')).toBe(0.5);
    for (const group of ['trimtab-none-1', 'shell', '../user.slice', 'trimtab-x/../shell']) {
      expect(CgroupTree.attach({ support, fs, group })).toBeUndefined();
    }
  });

  it('leaves nothing when the kernel refuses', () => {
    const { fs, support, tree } = setUp();
    const refusing = Object.assign(Object.create(fs) as CgroupV2Tree, {
      write(path: string, text: string) {
        if (path.endsWith('cpu.max')) throw new Error('EINVAL');
        fs.write(path, text);
      },
    });
    for (const method of ['makeDirectory', 'removeDirectory', 'directories'] as const) {
      Object.assign(refusing, { [method]: fs[method].bind(fs) });
    }
    expect(() => CgroupTree.create({ support, label: 'other', cores: 1, fs: refusing })).toThrow('EINVAL');
    expect(fs.directories(support.base)).toEqual(['shell', tree.group]);
  });
});

describe('removeStaleGroups', () => {
  it('removes what crashed runs left, and nothing that lives', async () => {
    const { fs, procfs, support, tree } = setUp();
    const make = (name: string) => fs.makeDirectory(join(support.base, name));
    for (const name of ['trimtab-old-999', 'trimtab-orphans-998', 'other-997']) make(name);
    fs.write(join(support.base, 'trimtab-old-999', 'cgroup.subtree_control'), '+cpu');
    make('trimtab-old-999/detector');
    fs.write(join(support.base, 'trimtab-orphans-998', 'cgroup.procs'), '10');
    expect(await removeStaleGroups({ support, fs, procfs })).toEqual({
      removed: ['trimtab-old-999'],
      occupied: ['trimtab-orphans-998'],
    });
    expect(fs.directories(support.base).sort()).toEqual(
      ['other-997', 'shell', tree.group, 'trimtab-orphans-998'].sort(),
    );
  });
});
