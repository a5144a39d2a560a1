import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, type TestContext, vi } from 'vitest';
import { actuatorContract } from '../../../core/knobs/actuator-contract.ts';
import { Procfs } from '../procfs.ts';
import { ProcfsTree } from '../procfs-tree.fixture.ts';
import { burnCpu, idle, Spawned } from '../spawned.fixture.ts';
import { groupPids, kernelCgroupFs } from './cgroup-fs.ts';
import { CgroupV2Tree } from './cgroup-v2.fixture.ts';
import { findHierarchy, groupOf, type Hierarchy } from './hierarchy.ts';
import { OwnGroupActuator } from './own-group-actuator.ts';
import { OwnGroups, ownGroupsLedger, releaseOrphanedGroups } from './own-groups.ts';

const cpu = findHierarchy('cpu');
const spawned = new Spawned();
const procfs = new Procfs();
afterEach(() => spawned.endAll());

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'trimtab-groups-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const openHere: { groups: OwnGroups }[] = [];
afterEach(async () => {
  for (const { groups } of openHere.splice(0)) expect(await groups.release()).toEqual([]);
});

/** Groups on this machine's own hierarchy; the test is skipped by name where it cannot be written. */
async function onThisMachine(context: TestContext, pids: () => number[]) {
  if (!cpu) return context.skip('no cpu controller');
  const ledger = ownGroupsLedger(join(folder(), 'own-groups.json'));
  const groups = new OwnGroups({ ledger, find: async () => pids() });
  const pid = spawned.node(idle, 'probe');
  const probe = new OwnGroups({
    ledger: ownGroupsLedger(join(folder(), 'probe.json')),
    find: async () => [pid],
  });
  const written = await probe.write('probe', 'weight', 100);
  await probe.release();
  if (!written.ok) return context.skip(written.reason);
  openHere.push({ groups });
  return { groups, ledger, cpu };
}

describe('a group for a running process, on this machine', { timeout: 60_000 }, () => {
  it('holds the whole tree, limits it, and lets it go where it came from', async (context) => {
    const leaf = `process.stdin.resume().on('end', () => process.exit())`;
    const source = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(leaf)}]); ${burnCpu}`;
    const pid = spawned.node(source, 'burner');
    await vi.waitFor(() => expect(procfs.tree(pid)).toHaveLength(2), 20_000);
    const made = await onThisMachine(context, () => [pid]);
    const homes = procfs.tree(pid).map((each) => groupOf(each, made.cpu));
    expect(await made.groups.write('burner', 'cpu', 0.2)).toEqual({ ok: true });
    expect(await made.groups.read('burner', 'cpu')).toBeCloseTo(0.2, 6);
    const [group] = procfs.tree(pid).map((each) => groupOf(each, made.cpu));
    expect(group).toContain('trimtab-burner-');
    expect(groupPids(kernelCgroupFs, group as string).sort()).toEqual(procfs.tree(pid).sort());

    const from = { usageMs: procfs.usage(pid)?.cpuMs ?? 0, atMs: performance.now() };
    await vi.waitFor(
      () => expect((procfs.usage(pid)?.cpuMs ?? 0) - from.usageMs).toBeGreaterThan(300),
      40_000,
    );
    const cores = ((procfs.usage(pid)?.cpuMs ?? 0) - from.usageMs) / (performance.now() - from.atMs);
    expect(cores).toBeLessThan(0.26);

    expect(await made.groups.release()).toEqual([]);
    expect(existsSync(group as string)).toBe(false);
    expect(procfs.tree(pid).map((each) => groupOf(each, made.cpu))).toEqual(homes);
    expect(made.ledger.load()).toEqual({ ok: true, value: undefined });
  });

  it('holds a process whose dead child nobody has waited for', async (context) => {
    const pid = spawned.program('/bin/sh', ['-c', 'true & exec sleep 1000']);
    const dead = () => procfs.infos(procfs.tree(pid)).filter(({ commandLine }) => commandLine === '');
    await vi.waitFor(() => expect(dead()).toHaveLength(1), 20_000);
    const { groups, ledger, cpu } = await onThisMachine(context, () => [pid]);
    expect(await groups.write('parent', 'weight', 50)).toEqual({ ok: true });
    expect(await groups.write('parent', 'weight', 60)).toEqual({ ok: true });
    expect(groupOf(pid, cpu)).toContain('trimtab-parent-');
    const stored = ledger.load();
    const members = (stored.ok && stored.value?.groups.flatMap((group) => group.members)) || [];
    expect(members.map((member) => member.pid).sort()).toEqual(procfs.tree(pid).sort());
  });

  it('pins it to CPUs', async (context) => {
    const pid = spawned.node(idle, 'pinned');
    const { groups } = await onThisMachine(context, () => [pid]);
    if (!findHierarchy('cpuset')) context.skip('no cpuset controller');
    const before = procfs.allowedCpus(pid);
    const [first = 0] = before;
    expect(await groups.write('pinned', 'cpus', String(first))).toEqual({ ok: true });
    expect(procfs.allowedCpus(pid)).toEqual([first]);
    expect(await groups.write('pinned', 'cpus', '9999')).toMatchObject({ ok: false, outcome: 'rejected' });
    await groups.release();
    expect(procfs.allowedCpus(pid)).toEqual(before);
  });

  describe('as a knob', () => {
    const open = (context: TestContext) => async () => {
      let pids = [spawned.node(idle, 'knob')];
      const { groups } = await onThisMachine(context, () => pids);
      return {
        actuator: new OwnGroupActuator({ groups, process: 'knob', resource: 'weight' }),
        values: [50, 10_000] as const,
        refused: 0,
        takeAway: async () => {
          pids = [];
        },
        close: async () => expect(await groups.release()).toEqual([]),
      };
    };
    const unopened = async () => Promise.reject(new Error('only its names are wanted'));
    for (const [i, { name }] of actuatorContract(unopened).entries())
      it(name, (context) => actuatorContract(open(context))[i]?.run());
  });

  it('of a maker that died is taken away by the next', async (context) => {
    const pid = spawned.node(idle, 'orphan');
    const made = await onThisMachine(context, () => [pid]);
    const home = groupOf(pid, made.cpu);
    await made.groups.write('orphan', 'weight', 10);
    const group = groupOf(pid, made.cpu) as string;
    expect(await releaseOrphanedGroups(made.ledger)).toEqual([]);
    expect(existsSync(group)).toBe(true);
    const stored = made.ledger.load();
    if (!stored.ok || !stored.value) throw new Error('nothing is on record');
    made.ledger.save({ ...stored.value, owner: { ...stored.value.owner, startTicks: 1 } });
    expect(await releaseOrphanedGroups(made.ledger)).toEqual([]);
    expect(existsSync(group)).toBe(false);
    expect(groupOf(pid, made.cpu)).toBe(home);
    expect(procfs.info(pid)?.commandLine).toContain('orphan');
  });
});

/** Groups of v2 with the files that a weight and CPUs need. */
class V2WithWeights extends CgroupV2Tree {
  override makeDirectory(path: string): void {
    super.makeDirectory(path);
    writeFileSync(join(path, 'cpu.weight'), '100\n');
    writeFileSync(join(path, 'cpuset.cpus'), '\n');
  }
}

describe('a group for a running process, by the rules of cgroup v2', () => {
  /** `shown` is the group that is mounted, as the host calls it. */
  function setUp(shown = '') {
    const fs = new V2WithWeights({ ownGroup: '/system.slice/robot' });
    const files = new ProcfsTree();
    onTestFinished(() => {
      fs.remove();
      files.remove();
    });
    files.put({ pid: 10, parentPid: 1 });
    files.put({ pid: 11, parentPid: 10 });
    const home = join(fs.mount, 'system.slice/robot');
    const procRoot = files.root;
    mkdirSync(join(procRoot, 'self'));
    const mounts = readFileSync(join(fs.procRoot, 'self/mountinfo'), 'utf8');
    writeFileSync(join(procRoot, 'self/mountinfo'), mounts.replace(' / ', ` ${shown || '/'} `));
    // The kernel's own view of where a process is follows its moves.
    const track = () => {
      for (const pid of [10, 11]) {
        const group = allGroups(fs, fs.mount).find((each) => groupPids(fs, each).includes(pid));
        writeFileSync(
          join(procRoot, String(pid), 'cgroup'),
          `0::${shown}${(group ?? home).slice(fs.mount.length)}\n`,
        );
      }
    };
    for (const pid of [10, 11]) fs.write(join(home, 'cgroup.procs'), String(pid));
    track();
    const write = fs.write.bind(fs);
    fs.write = (path, text) => {
      write(path, text);
      track();
    };
    const ledger = ownGroupsLedger(join(folder(), 'own-groups.json'));
    const groups = new OwnGroups({ ledger, find: async () => [10], fs, procRoot });
    const hierarchy = findHierarchy('cpu', fs, procRoot) as Hierarchy;
    return {
      fs,
      home,
      groups,
      ledger,
      group: () => groupOf(10, hierarchy, fs, procRoot) as string,
    };
  }

  it('stands beside the group the process came from', async () => {
    const { fs, home, groups, group } = setUp();
    expect(await groups.read('detector', 'weight')).toBe(100);
    expect(await groups.write('detector', 'weight', 300)).toEqual({ ok: true });
    expect(dirname(group())).toBe(dirname(home));
    expect(groupPids(fs, group())).toEqual([10, 11]);
    expect(readFileSync(join(group(), 'cpu.weight'), 'utf8').trim()).toBe('300');
    expect(await groups.write('detector', 'cpu', 0.5)).toEqual({ ok: true });
    expect(readFileSync(join(group(), 'cpu.max'), 'utf8').trim()).toBe('10000 20000');
    const made = group();
    expect(await groups.release()).toEqual([]);
    expect(existsSync(made)).toBe(false);
    expect(groupPids(fs, home)).toEqual(expect.arrayContaining([10, 11]));
  });

  it('turns the group of a launcher where the process is in one', async () => {
    const { fs, groups, group } = setUp();
    const launched = join(fs.mount, 'system.slice/trimtab-demo-1');
    fs.makeDirectory(launched);
    for (const pid of [10, 11]) fs.write(join(launched, 'cgroup.procs'), String(pid));
    expect(await groups.write('detector', 'weight', 7)).toEqual({ ok: true });
    expect(group()).toBe(launched);
    expect(await groups.release()).toEqual([]);
    expect(existsSync(launched)).toBe(true);
  });

  it('that cannot be taken away stays on record, and is tried again', async () => {
    const { fs, groups, ledger, group } = setUp();
    await groups.write('detector', 'weight', 300);
    const made = group();
    const remove = vi.spyOn(fs, 'removeDirectory').mockImplementation(() => {
      throw new Error('EBUSY');
    });
    expect(await groups.release()).toEqual([made]);
    expect(ledger.load()).toMatchObject({ value: { groups: [{ directory: made }] } });
    remove.mockRestore();
    expect(await groups.release()).toEqual([]);
    expect(existsSync(made)).toBe(false);
    expect(ledger.load()).toEqual({ ok: true, value: undefined });
  });

  it('of another maker stays on record when a maker without groups ends', async () => {
    const { groups, ledger } = setUp();
    const left = { owner: { pid: 1, startTicks: 0 }, groups: [{ directory: '/left', members: [] }] };
    ledger.save(left);
    expect(await groups.release()).toEqual([]);
    expect(ledger.load()).toEqual({ ok: true, value: left });
  });

  it('is known in a container that has only its own group mounted', async () => {
    const { fs, home, groups, group } = setUp('/docker/4711');
    expect(group()).toBe(home);
    expect(await groups.write('detector', 'weight', 300)).toEqual({ ok: true });
    expect(await groups.read('detector', 'weight')).toBe(300);
    expect(dirname(group())).toBe(dirname(home));
    expect(await groups.release()).toEqual([]);
    expect(groupPids(fs, home)).toEqual(expect.arrayContaining([10, 11]));
  });

  it('is refused with the reason where it may not be made', async () => {
    const { fs, groups } = setUp();
    fs.makeDirectory = () => {
      throw new Error('EACCES: permission denied');
    };
    const written = await groups.write('detector', 'weight', 300);
    expect(written).toMatchObject({ outcome: 'rejected', reason: expect.stringMatching(/EACCES.*root/) });
    expect(await groups.release()).toEqual([]);
  });

  it('is not left with half a process in it where the rest may not be moved', async () => {
    const { fs, home, groups, ledger } = setUp();
    const before = allGroups(fs, fs.mount);
    const write = fs.write;
    fs.write = (path, text) => {
      if (text === '11' && !path.startsWith(home)) throw new Error('EACCES: permission denied');
      write(path, text);
    };
    expect(await groups.write('detector', 'weight', 300)).toMatchObject({ outcome: 'rejected' });
    expect(groupPids(fs, home)).toEqual(expect.arrayContaining([10, 11]));
    expect(allGroups(fs, fs.mount)).toEqual(before);
    expect(ledger.load()).toEqual({ ok: true, value: undefined });
  });

  it('stays when it takes one setting and not another', async () => {
    const { groups, group } = setUp();
    expect(await groups.write('detector', 'weight', 300)).toEqual({ ok: true });
    const made = group();
    rmSync(join(made, 'cpuset.cpus'));
    expect(await groups.write('detector', 'cpus', '0')).toMatchObject({ outcome: 'rejected' });
    expect(group()).toBe(made);
    expect(await groups.release()).toEqual([]);
    expect(existsSync(made)).toBe(false);
  });
});

function allGroups(fs: CgroupV2Tree, group: string): string[] {
  return [group, ...fs.directories(group).flatMap((name) => allGroups(fs, join(group, name)))];
}
