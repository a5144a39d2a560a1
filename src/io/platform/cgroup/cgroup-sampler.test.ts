import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CgroupSampler } from './cgroup-sampler.ts';

/** A machine's procfs and mounted groups as a file tree; `{root}` in a text stands for its root. */
function machine(contents: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), 'trimtab-groups-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text.replaceAll('{root}', root));
  };
  for (const [path, text] of Object.entries(contents)) put(path, text);
  const sampler = new CgroupSampler({ procRoot: join(root, 'proc') });
  return { put, sampler, take: (path: string) => rmSync(join(root, path), { recursive: true }) };
}

function look(sampler: CgroupSampler, ...pids: number[]) {
  sampler.search(pids);
  return sampler.sample();
}

const v2 = {
  'proc/self/mountinfo': '31 24 0:27 / {root}/cg rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n',
  'cg/cgroup.controllers': 'cpuset cpu io memory pids\n',
  'cg/robot/cpu.stat': 'usage_usec 9000000\nuser_usec 1\nthrottled_usec 250000\n',
  'cg/robot/cpu.max': '50000 100000\n',
  'cg/robot/memory.current': '70000000\n',
  'cg/robot/cpu.pressure': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\n',
  'cg/robot/memory.pressure':
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=20000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1\n',
  'cg/robot/io.pressure': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=3000\n',
  'cg/robot/camera/cpu.stat': 'usage_usec 4000000\nthrottled_usec 0\n',
  'cg/robot/camera/cpu.max': 'max 100000\n',
  'cg/robot/camera/memory.current': '30000000\n',
  'proc/10/cgroup': '0::/robot/camera\n',
  'proc/11/cgroup': '0::/\n',
};

describe('CgroupSampler with version 2', () => {
  it('reads the groups of the processes, and those above that limit them', () => {
    const { sampler } = machine(v2);
    expect(look(sampler, 10)).toEqual([
      {
        name: '/robot',
        cpuMs: 9000,
        limitCores: 0.5,
        throttledMs: 250,
        memoryBytes: 7e7,
        cpuStalledMs: 1500,
        memoryStalledMs: 20,
        ioStalledMs: 3,
      },
      { name: '/robot/camera', cpuMs: 4000, throttledMs: 0, memoryBytes: 3e7 },
    ]);
  });

  it('leaves out the root where nothing limits it, and shows it where it is a container’s limit', () => {
    const { sampler, put } = machine(v2);
    expect(look(sampler, 11)).toEqual([]);
    put('cg/cpu.stat', 'usage_usec 5000\nthrottled_usec 1000\n');
    put('cg/cpu.max', '200000 100000\n');
    put('cg/memory.current', '1000\n');
    expect(look(sampler, 11)).toEqual([
      { name: '/', cpuMs: 5, limitCores: 2, throttledMs: 1, memoryBytes: 1000 },
    ]);
  });

  it('adds up the context switches of all threads in the group and below, in every fourth look', () => {
    const { sampler, put } = machine(v2);
    const switched = (thread: string, voluntary: number, involuntary: number) =>
      put(
        `proc/${thread}/status`,
        `voluntary_ctxt_switches:\t${voluntary}\nnonvoluntary_ctxt_switches:\t${involuntary}\n`,
      );
    put('cg/robot/cgroup.procs', '9\n');
    put('cg/robot/camera/cgroup.procs', '10\n');
    switched('9/task/9', 100, 10);
    switched('10/task/10', 1000, 100);
    switched('10/task/11', 5, 0);
    sampler.search([10]);
    const looks = () => Array.from({ length: 4 }, () => sampler.sample());
    const inTurn = (all: ReturnType<typeof looks>) =>
      all.flatMap((look) =>
        look.filter(({ switches }) => switches).map(({ name, switches }) => [name, switches]),
      );
    // What they did before the first look is not counted.
    const nothing = { voluntary: 0, involuntary: 0 };
    expect(inTurn(looks())).toEqual([
      ['/robot/camera', nothing],
      ['/robot', nothing],
    ]);
    switched('9/task/9', 103, 10);
    switched('10/task/10', 1020, 102);
    expect(inTurn(looks())).toEqual([
      ['/robot/camera', { voluntary: 20, involuntary: 2 }],
      ['/robot', { voluntary: 23, involuntary: 2 }],
    ]);
  });

  it('leaves the context switches of a group of very many processes out', () => {
    const { sampler, put } = machine(v2);
    put('cg/robot/camera/cgroup.procs', Array.from({ length: 65 }, (_, i) => `${i + 100}\n`).join(''));
    sampler.search([10]);
    const looks = Array.from({ length: 4 }, () => sampler.sample()).flat();
    expect(looks.filter(({ switches }) => switches)).toEqual([]);
  });

  it('leaves out a group that is gone, a process that ended, and a group that is not mounted here', () => {
    const { sampler, take, put } = machine(v2);
    expect(look(sampler, 10)).toHaveLength(2);
    take('cg/robot/camera');
    expect(sampler.sample().map(({ name }) => name)).toEqual(['/robot']);
    put('proc/12/cgroup', '0::/../elsewhere\n');
    expect(look(sampler, 12, 4711)).toEqual([]);
  });

  it('reads no more than a bounded number of groups', () => {
    const many = Array.from({ length: 50 }, (_, pid) => pid + 100);
    const { sampler, put } = machine(v2);
    for (const pid of many) {
      put(`proc/${pid}/cgroup`, `0::/g${pid}\n`);
      put(`cg/g${pid}/cpu.stat`, 'usage_usec 1\n');
      put(`cg/g${pid}/memory.current`, '1\n');
    }
    expect(look(sampler, ...many)).toHaveLength(32);
  });
});

describe('CgroupSampler with version 1', () => {
  const v1 = {
    'proc/self/mountinfo': [
      '31 24 0:27 / {root}/cpu rw - cgroup cgroup rw,cpu',
      '32 24 0:28 / {root}/cpuacct rw - cgroup cgroup rw,cpuacct',
      '33 24 0:29 / {root}/memory rw - cgroup cgroup rw,memory',
      '34 24 0:30 / {root}/unified rw - cgroup2 cgroup2 rw',
    ].join('\n'),
    'unified/cgroup.controllers': 'hugetlb\n',
    'cpu/robot/cpu.stat': 'nr_periods 10\nnr_throttled 5\nthrottled_time 1250000000\n',
    'cpu/robot/cpu.cfs_quota_us': '5000\n',
    'cpu/robot/cpu.cfs_period_us': '20000\n',
    'cpu/robot/cgroup.procs': '10\n',
    'cpuacct/robot/cpuacct.usage': '3500000000\n',
    'memory/robot/memory.usage_in_bytes': '4096\n',
    'proc/10/cgroup': '4:memory:/elsewhere\n2:cpuacct:/robot\n1:cpu:/robot\n0::/\n',
    'proc/uptime': '1000.00 0.00\n',
    'proc/10/stat': `10 (camera) S 1 ${'0 '.repeat(9)}500 0 0 0 20 0 3 0 50 0 50\n`,
    'proc/10/cmdline': 'camera\0',
  };

  it('reads each figure from the hierarchy that counts it', () => {
    const { sampler } = machine(v1);
    expect(look(sampler, 10)).toEqual([
      { name: '/robot', cpuMs: 3500, limitCores: 0.25, throttledMs: 1250, memoryBytes: 4096 },
    ]);
  });

  it('adds up the processes, those of groups below too, where no hierarchy counts the group', () => {
    const { sampler, take, put } = machine(v1);
    put('cpu/robot/cgroup.procs', '');
    put('cpu/robot/camera/cgroup.procs', '10\n');
    take('cpuacct/robot');
    take('memory/robot');
    put('cpu/robot/cpu.cfs_quota_us', '-1\n');
    expect(look(sampler, 10)).toEqual([
      { name: '/robot', cpuMs: 0, throttledMs: 1250, memoryBytes: 200 * 1024 },
    ]);
    put('proc/10/stat', `10 (camera) S 1 ${'0 '.repeat(9)}530 0 0 0 20 0 3 0 50 0 50\n`);
    expect(sampler.sample()[0]?.cpuMs).toBe(300);
  });

  it('finds a container’s groups below the one that is mounted', () => {
    const mounts = '31 24 0:27 /docker/4711 {root}/cpu rw - cgroup cgroup rw,cpu,cpuacct\n';
    const { sampler } = machine({
      ...v1,
      'proc/self/mountinfo': mounts,
      'proc/10/cgroup': '1:cpu,cpuacct:/docker/4711/robot\n',
      'cpu/robot/cpuacct.usage': '7000000\n',
    });
    expect(look(sampler, 10)).toMatchObject([{ name: '/robot', cpuMs: 7, limitCores: 0.25 }]);
  });
});

it('has nothing to say where no group is mounted', () => {
  const { sampler } = machine({ 'proc/self/mountinfo': '', 'proc/10/cgroup': '0::/robot\n' });
  expect(look(sampler, 10)).toEqual([]);
});
