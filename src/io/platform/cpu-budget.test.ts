import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, type TestContext, vi } from 'vitest';
import { CgroupActuator } from './cgroup/cgroup-actuator.ts';
import { removeStaleGroups } from './cgroup/cgroup-tree.ts';
import { type CgroupSupport, detectCgroup } from './cgroup/detect.ts';
import { applyCpuBudget, attachCpuBudget, type CpuBudget } from './cpu-budget.ts';
import { NoBudget } from './no-budget.ts';
import { Procfs } from './procfs.ts';
import { burnCpu, idle, Spawned } from './spawned.fixture.ts';

const support = detectCgroup();
const procfs = new Procfs();
const spawned = new Spawned();
const budgets: CpuBudget[] = [];
const none: CgroupSupport = {
  writable: false,
  version: undefined,
  mount: undefined,
  reason: 'not in this test',
};

async function apply(options: Parameters<typeof applyCpuBudget>[0]): Promise<CpuBudget> {
  const budget = await applyCpuBudget(options);
  budgets.push(budget);
  return budget;
}

/** A cgroup budget, or the test is reported as skipped with the reason. */
async function applyCgroup(context: TestContext, cores?: number) {
  if (!support.writable) return context.skip(support.reason);
  const budget = await apply({ label: 'unit-test', ...(cores !== undefined && { cores }) });
  expect(budget.mechanism).toBe(`cgroup-v${support.version}`);
  return { budget, directory: join(support.base, budget.group as string) };
}

afterEach(async () => {
  await spawned.endAll();
  for (const budget of budgets.splice(0)) expect(await budget.release()).toEqual([]);
});

describe('a CPU budget by cgroup on this machine', { timeout: 60_000 }, () => {
  it('holds two busy processes to the budget', async (context) => {
    const { budget } = await applyCgroup(context, 0.3);
    for (const name of ['one', 'two']) {
      expect(await budget.place(name, spawned.node(burnCpu, name))).toEqual({ ok: true, value: undefined });
    }
    budget.usageCores();
    const beginMs = performance.now();
    const beginUsageMs = budget.usageMs();
    await vi.waitFor(() => expect(budget.usageMs() - beginUsageMs).toBeGreaterThan(500), 40_000);
    const cores = (budget.usageMs() - beginUsageMs) / (performance.now() - beginMs);
    expect(cores).toBeLessThan(0.36);
    expect(budget.usageCores()).toBeCloseTo(cores, 1);
    expect(budget.throttledMs()).toBeGreaterThan(0);
    expect(budget.usageMs('one')).toBeGreaterThan(0);
    expect(budget.usageMs('one') + budget.usageMs('two')).toBeLessThanOrEqual(budget.usageMs() + 1);
  });

  it('limits one of two by a knob, at run time', async (context) => {
    const { budget } = await applyCgroup(context, 0.6);
    await budget.place('held', spawned.node(burnCpu, 'held'));
    await budget.place('free', spawned.node(burnCpu, 'free'));
    const knob = new CgroupActuator({ budget, process: 'held' });
    expect(await knob.write(0.1)).toEqual({ ok: true });
    expect(await knob.read()).toBeCloseTo(0.1, 6);
    const beginMs = performance.now();
    const begin = [budget.usageMs('held'), budget.usageMs('free')] as const;
    await vi.waitFor(() => expect(budget.usageMs('free') - begin[1]).toBeGreaterThan(500), 40_000);
    expect((budget.usageMs('held') - begin[0]) / (performance.now() - beginMs)).toBeLessThan(0.13);
    expect(await knob.write(5)).toEqual({ ok: true });
    expect(await knob.read()).toBeCloseTo(0.6, 6);
    expect(await knob.write('much')).toMatchObject({ ok: false, outcome: 'rejected' });
    expect(await knob.write(0)).toMatchObject({ ok: false, outcome: 'rejected' });
    expect(await knob.read()).toBeCloseTo(0.6, 6);
  });

  it('also holds children, those there and those to come', async (context) => {
    const { budget, directory } = await applyCgroup(context, 0.5);
    // A child lives as long as the pipe to its parent, so that none is left behind.
    const leaf = `process.stdin.resume().on('end', () => process.exit())`;
    const source = `const { spawn } = require('node:child_process');
      const start = () => spawn(process.execPath, ['-e', ${JSON.stringify(leaf)}]);
      const children = [start()];
      setTimeout(() => children.push(start()), 700);`;
    const parent = spawned.node(source, 'parent');
    await vi.waitFor(() => expect(procfs.tree(parent).length).toBeGreaterThan(1), 20_000);
    await budget.place('family', parent);
    await vi.waitFor(() => expect(procfs.tree(parent)).toHaveLength(3), 20_000);
    const members = readFileSync(join(directory, 'family/cgroup.procs'), 'utf8')
      .trim()
      .split('\n')
      .map(Number);
    expect(members.sort()).toEqual(procfs.tree(parent).sort());
  });

  it('lets processes go when it is released', async (context) => {
    const { budget, directory } = await applyCgroup(context, 0.5);
    const pid = spawned.node(idle, 'survivor');
    await budget.place('survivor', pid);
    expect(await budget.release()).toEqual([]);
    expect(existsSync(directory)).toBe(false);
    expect(procfs.info(pid)?.commandLine).toContain('survivor');
    expect(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).not.toContain('trimtab-');
  });

  it('is reached from another process, which does not take it away', async (context) => {
    const { budget, directory } = await applyCgroup(context, 0.5);
    const attached = attachCpuBudget(budget.group as string);
    if (!attached.ok) throw new Error('cannot attach');
    expect(attached.value.limit('detector', 0.2)).toEqual({ ok: true, value: 0.2 });
    expect(budget.readLimit('detector')).toBeCloseTo(0.2, 6);
    expect(attached.value.cores).toBe(budget.cores);
    await attached.value.release();
    expect(existsSync(directory)).toBe(true);
    expect(attachCpuBudget('trimtab-nobody-1')).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_KNOB_ABSENT' }],
    });
  });

  it('refuses a process that is not there', async (context) => {
    const { budget } = await applyCgroup(context);
    const child = spawn('true');
    await new Promise((resolve) => child.once('close', resolve));
    expect(await budget.place('ghost', child.pid as number)).toMatchObject({ ok: false });
    expect(budget.readLimit('ghost')).toBeUndefined();
  });

  it('is cleared away after a crash', async (context) => {
    if (!support.writable) return context.skip(support.reason);
    const child = spawn('true');
    await new Promise((resolve) => child.once('close', resolve));
    const stale = join(support.base, `trimtab-unit-test-${child.pid}`);
    mkdirSync(stale);
    try {
      const { removed } = await removeStaleGroups({ support });
      expect(removed).toContain(`trimtab-unit-test-${child.pid}`);
      expect(existsSync(stale)).toBe(false);
    } finally {
      if (existsSync(stale)) rmdirSync(stale);
    }
  });
});

describe('a CPU budget without cgroups', { timeout: 60_000 }, () => {
  it('pins processes, and gives their CPUs back', async (context) => {
    const budget = await apply({ label: 'unit-test', cores: 0.9, support: none });
    if (budget.mechanism !== 'affinity') return context.skip(budget.description);
    const pid = spawned.node(idle, 'pinned');
    const before = procfs.allowedCpus(pid);
    expect(await budget.place('pinned', pid)).toMatchObject({ ok: true });
    expect(procfs.allowedCpus(pid)).toEqual(before.slice(0, 1));
    expect(budget.cores).toBe(1);
    expect(budget.limit('pinned', 0.5)).toMatchObject({ ok: false, refusals: [{ code: 'TT_KNOB_ABSENT' }] });
    expect(budget.readLimit('pinned')).toBeUndefined();
    expect(await budget.release()).toEqual([]);
    expect(procfs.allowedCpus(pid)).toEqual(before);
  });

  it('measures the CPU time of what was placed', async () => {
    const budget = await apply({ label: 'unit-test', cores: 1, support: none });
    await budget.place('busy', spawned.node(burnCpu, 'busy'));
    await vi.waitFor(() => expect(budget.usageMs('busy')).toBeGreaterThan(300), 40_000);
    expect(budget.usageMs()).toBeGreaterThan(300);
  });

  it('says when it limits nothing, and why', async () => {
    const budget = await apply({ label: 'unit-test', support: none });
    expect(budget).toBeInstanceOf(NoBudget);
    expect(budget.description).toContain('not in this test');
    expect(budget.cores).toBeUndefined();
    expect(await new CgroupActuator({ budget, process: 'x' }).write(0.5)).toMatchObject({ ok: false });
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('knows no budget of %d cores', async (cores) => {
    await expect(applyCpuBudget({ label: 'unit-test', cores })).rejects.toThrow(RangeError);
  });
});
