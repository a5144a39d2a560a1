import { expect, it, onTestFinished } from 'vitest';
import { ProcessTable } from './process-table.ts';
import { Procfs } from './procfs.ts';
import { ProcfsTree } from './procfs-tree.fixture.ts';

class CountingProcfs extends Procfs {
  reads: number[] = [];

  override info(pid: number) {
    this.reads.push(pid);
    return super.info(pid);
  }
}

function setUp() {
  const files = new ProcfsTree();
  onTestFinished(() => files.remove());
  const procfs = new CountingProcfs(files.root);
  const table = new ProcessTable(procfs);
  const look = () => {
    procfs.reads = [];
    return { lines: table.look().map(({ commandLine }) => commandLine), reads: procfs.reads };
  };
  const lookOften = (count: number) => Array.from({ length: count }, look);
  return { files, table, look, lookOften };
}

it('tells what began and what ended at the next look', () => {
  const { files, look, lookOften } = setUp();
  files.put({ pid: 10, args: ['first'] });
  lookOften(20);
  files.put({ pid: 11, args: ['second'] });
  expect(look().lines).toEqual(['first', 'second']);
  files.end(10);
  expect(look().lines).toEqual(['second']);
});

it('follows a young process from look to look, as it becomes another program', () => {
  const { files, look } = setUp();
  files.put({ pid: 10, args: ['sh', '-c', 'exec node detector.js'] });
  look();
  files.put({ pid: 10, args: ['node', 'detector.js'] });
  expect(look().lines).toEqual(['node detector.js']);
});

it('reads each old process once in ten looks, not all at the same one', () => {
  const { files, lookOften } = setUp();
  const pids = Array.from({ length: 50 }, (_, index) => 100 + index);
  for (const pid of pids) files.put({ pid });
  lookOften(5);
  const reads = lookOften(10).map((look) => look.reads);
  expect(Math.max(...reads.map(({ length }) => length))).toBe(5);
  expect(reads.flat().sort()).toEqual(pids);
  files.put({ pid: 120, args: ['another'] });
  expect(lookOften(10).at(-1)?.lines).toContain('another');
});

it('takes a process that got the pid of one that ended for young', () => {
  const { files, table, look, lookOften } = setUp();
  files.put({ pid: 10, args: ['old'], startTicks: 50 });
  lookOften(20);
  files.put({ pid: 10, args: ['new'], startTicks: 90 });
  table.forget(10);
  expect(look().lines).toEqual(['new']);
  files.put({ pid: 10, args: ['newer'], startTicks: 90 });
  expect(look().lines).toEqual(['newer']);
});
