import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type CgroupFs, groupPids, kernelCgroupFs } from './cgroup-fs.ts';

/** A file tree with the rules of cgroup v2 that matter here, for machines where v2 has no cpu controller. */
export class CgroupV2Tree implements CgroupFs {
  readonly root = mkdtempSync(join(tmpdir(), 'trimtab-cgroup-'));
  readonly mount = join(this.root, 'sys/fs/cgroup');
  readonly procRoot = join(this.root, 'proc');
  /** Groups that the user may not write. */
  readonly readOnly = new Set<string>();

  /** `ownGroup` is the group of this process, such as `/user.slice/shell`; every ancestor hands on `cpu`. */
  constructor(options: { ownGroup?: string; controllers?: string } = {}) {
    const { ownGroup = '/', controllers = 'cpu memory' } = options;
    mkdirSync(join(this.procRoot, 'self'), { recursive: true });
    writeFileSync(
      join(this.procRoot, 'self/mountinfo'),
      `31 24 0:27 / ${this.mount} rw - cgroup2 cgroup2 rw\n`,
    );
    writeFileSync(join(this.procRoot, 'self/cgroup'), `0::${ownGroup}\n`);
    mkdirSync(this.mount, { recursive: true });
    for (const [file, text] of Object.entries({ controllers, subtree_control: '', procs: '' })) {
      writeFileSync(join(this.mount, `cgroup.${file}`), `${text}\n`);
    }
    let group = this.mount;
    for (const name of ownGroup.split('/').filter(Boolean)) {
      this.write(join(group, 'cgroup.subtree_control'), '+cpu');
      group = join(group, name);
      this.makeDirectory(group);
    }
    writeFileSync(join(group, 'cgroup.procs'), `${process.pid}\n`);
  }

  read(path: string): string | undefined {
    return kernelCgroupFs.read(path);
  }

  makeDirectory(path: string): void {
    const controllers = readFileSync(join(dirname(path), 'cgroup.subtree_control'), 'utf8').trim();
    mkdirSync(path);
    const files = { controllers, subtree_control: '', procs: '', type: 'domain' };
    for (const [file, text] of Object.entries(files))
      writeFileSync(join(path, `cgroup.${file}`), `${text}\n`);
    if (!controllers.includes('cpu')) return;
    writeFileSync(join(path, 'cpu.max'), 'max 100000\n');
    writeFileSync(join(path, 'cpu.stat'), 'usage_usec 0\nnr_throttled 0\nthrottled_usec 0\n');
  }

  write(path: string, text: string): void {
    const group = dirname(path);
    const isRoot = group === this.mount;
    if (path.endsWith('/cgroup.subtree_control')) {
      if (!isRoot && groupPids(this, group).length > 0) throw new Error(`EBUSY: ${path}`);
      writeFileSync(path, `${text.replace('+', '')}\n`);
    } else if (path.endsWith('/cgroup.procs')) {
      const handsOn = this.read(join(group, 'cgroup.subtree_control'))?.trim() !== '';
      if (!isRoot && handsOn) throw new Error(`EBUSY: ${path}`);
      this.#leave(this.mount, Number(text));
      writeFileSync(path, `${[...groupPids(this, group), text].join('\n')}\n`);
    } else {
      if (this.read(path) === undefined) throw new Error(`ENOENT: ${path}`);
      writeFileSync(path, `${text}\n`);
    }
  }

  removeDirectory(path: string): void {
    if (groupPids(this, path).length > 0 || this.directories(path).length > 0)
      throw new Error(`EBUSY: ${path}`);
    rmSync(path, { recursive: true });
  }

  directories(path: string): string[] {
    return kernelCgroupFs.directories(path);
  }

  isWritable(path: string): boolean {
    const group = path.includes('/cgroup.') ? dirname(path) : path;
    return !this.readOnly.has(group) && kernelCgroupFs.isWritable(path);
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }

  #leave(group: string, pid: number): void {
    const others = groupPids(this, group).filter((each) => each !== pid);
    writeFileSync(join(group, 'cgroup.procs'), others.map((each) => `${each}\n`).join(''));
    for (const name of this.directories(group)) this.#leave(join(group, name), pid);
  }
}
