import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CgroupV2Tree } from './cgroup-v2.fixture.ts';
import { detectCgroup } from './detect.ts';

function v2(options: ConstructorParameters<typeof CgroupV2Tree>[0] = {}): CgroupV2Tree {
  const fs = new CgroupV2Tree(options);
  onTestFinished(() => fs.remove());
  return fs;
}

/** A machine with cgroup v1 hierarchies; `groups` are those that exist. */
function v1(options: { hierarchies: string[]; membership: string; groups: string[] }) {
  const root = mkdtempSync(join(tmpdir(), 'trimtab-cgroup-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const procRoot = join(root, 'proc');
  mkdirSync(join(procRoot, 'self'), { recursive: true });
  const mounts = options.hierarchies.map(
    (name) => `31 24 0:27 / ${root}/${name} rw,relatime - cgroup cgroup rw,${name}\n`,
  );
  writeFileSync(join(procRoot, 'self/mountinfo'), mounts.join(''));
  writeFileSync(join(procRoot, 'self/cgroup'), options.membership);
  for (const group of [...options.hierarchies, ...options.groups]) {
    mkdirSync(join(root, group), { recursive: true });
    writeFileSync(join(root, group, 'cgroup.procs'), '');
  }
  return { root, support: detectCgroup({ procRoot }) };
}

describe('detectCgroup', () => {
  it('uses the root of v2 when this process is in it', () => {
    const fs = v2();
    expect(detectCgroup({ fs, procRoot: fs.procRoot })).toMatchObject({
      writable: true,
      version: 2,
      mount: fs.mount,
      base: fs.mount,
      home: fs.mount,
    });
  });

  it('uses the nearest ancestor that hands on the cpu controller, not the group that holds processes', () => {
    const fs = v2({ ownGroup: '/user.slice/shell' });
    expect(detectCgroup({ fs, procRoot: fs.procRoot })).toMatchObject({
      base: join(fs.mount, 'user.slice'),
      home: join(fs.mount, 'user.slice/shell'),
    });
  });

  it('goes on up when an ancestor may not be written', () => {
    const fs = v2({ ownGroup: '/user.slice/shell' });
    fs.readOnly.add(join(fs.mount, 'user.slice'));
    expect(detectCgroup({ fs, procRoot: fs.procRoot })).toMatchObject({ writable: true, base: fs.mount });
    fs.readOnly.add(fs.mount);
    expect(detectCgroup({ fs, procRoot: fs.procRoot })).toMatchObject({
      writable: false,
      version: 2,
      mount: fs.mount,
    });
  });

  it('says that v2 lacks the cpu controller', () => {
    const fs = v2({ controllers: 'hugetlb' });
    expect(detectCgroup({ fs, procRoot: fs.procRoot })).toMatchObject({ writable: false, version: 2 });
  });

  it('finds v1 with accounting in a hierarchy of its own', () => {
    const { root, support } = v1({
      hierarchies: ['cpu', 'cpuacct'],
      membership: '2:cpuacct:/\n1:cpu:/robot\n',
      groups: ['cpu/robot'],
    });
    expect(support).toMatchObject({
      writable: true,
      version: 1,
      base: join(root, 'cpu/robot'),
      accounting: { base: join(root, 'cpuacct') },
    });
  });

  it('finds v1 with both controllers in one hierarchy', () => {
    const { root, support } = v1({
      hierarchies: ['cpu,cpuacct'],
      membership: '4:cpu,cpuacct:/\n',
      groups: [],
    });
    const base = join(root, 'cpu,cpuacct');
    expect(support).toMatchObject({ writable: true, version: 1, base, accounting: { base } });
  });

  it('uses what a container has mounted when the path is the host’s', () => {
    const { root, support } = v1({ hierarchies: ['cpu'], membership: '1:cpu:/docker/4711\n', groups: [] });
    expect(support).toMatchObject({ writable: true, base: join(root, 'cpu'), home: join(root, 'cpu') });
  });

  it('says that there are no cgroups', () => {
    const { support } = v1({ hierarchies: [], membership: '', groups: [] });
    expect(support).toMatchObject({ writable: false, version: undefined, mount: undefined });
  });
});
