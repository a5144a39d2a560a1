import { join } from 'node:path';
import { type CgroupFs, flatKey, words } from './cgroup-fs.ts';
import type { CgroupSupport } from './detect.ts';

/** The writable kind of support. */
export type WritableCgroup = Extract<CgroupSupport, { writable: true }>;

/**
 * Length of the accounting period. The kernel's default of 100 ms stops a throttled process for up to 100 ms
 * at a time; 20 ms keeps the stops below a control period.
 */
export const defaultPeriodUs = 20_000;
/** The kernel's bounds. */
const minQuotaUs = 1000;
const maxPeriodUs = 1_000_000;

/** One kernel interface for CPU limits. Groups are named by their path below the base. */
export interface CpuController {
  /** The directories that stand for a group, one per hierarchy. */
  directories(group: string): string[];
  /** The directory to which processes of a removed group are moved, for each of `directories`. */
  homes(): string[];
  /** Makes ready for subgroups of the base or of a group. */
  enableSubgroups(group: string): void;
  /** Writes a limit in cores; undefined takes the limit away. Throws what the kernel answers. */
  setLimit(group: string, cores: number | undefined): void;
  /** The limit in cores, `unlimited`, or undefined when there is no such group. */
  readLimit(group: string): number | 'unlimited' | undefined;
  /** CPU time of the group and its subgroups, ended processes included; undefined where it is not counted. */
  usageMs(group: string): number | undefined;
  /** Time for which the group's own limit kept it from running, summed over CPUs. */
  throttledMs(group: string): number;
}

/** The controller for what `detectCgroup` found. */
export function cpuController(support: WritableCgroup, fs: CgroupFs): CpuController {
  return support.version === 2 ? new V2Controller(support, fs) : new V1Controller(support, fs);
}

/** The limit of the group in a directory, in cores; `unlimited`, or undefined when there is no such group. */
export function readLimit(fs: CgroupFs, version: 1 | 2, group: string): number | 'unlimited' | undefined {
  const [quotaUs, periodUs] =
    version === 2
      ? words(fs.read(join(group, 'cpu.max')))
      : ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((file) => fs.read(join(group, file)));
  if (quotaUs === undefined || periodUs === undefined) return undefined;
  return quotaUs === 'max' || Number(quotaUs) < 0 ? 'unlimited' : Number(quotaUs) / Number(periodUs);
}

/** Writes the limit of the group in a directory, in cores; undefined takes it away. Throws what the kernel answers. */
export function writeLimit(fs: CgroupFs, version: 1 | 2, group: string, cores: number | undefined): void {
  const { quotaUs, periodUs } = quota(cores ?? 1);
  if (version === 2) {
    fs.write(join(group, 'cpu.max'), `${cores === undefined ? 'max' : quotaUs} ${periodUs}`);
    return;
  }
  // The kernel checks each write against the parent's ratio, so the old quota must not meet the new period.
  fs.write(join(group, 'cpu.cfs_quota_us'), '-1');
  fs.write(join(group, 'cpu.cfs_period_us'), String(periodUs));
  if (cores !== undefined) fs.write(join(group, 'cpu.cfs_quota_us'), String(quotaUs));
}

/** By the text of a group's cpu.stat: the time for which its limit kept it from running, summed over CPUs; 0 without one. */
export function throttledMsIn(version: 1 | 2, stat: string | undefined): number {
  return version === 2 ? flatKey(stat, 'throttled_usec') / 1000 : flatKey(stat, 'throttled_time') / 1e6;
}

/** By the text of cpu.stat of v2: the CPU time of a group, ended processes included. */
export function usedMsIn(stat: string): number {
  return flatKey(stat, 'usage_usec') / 1000;
}

/** CPU time of the group in a directory of v1's cpuacct, ended processes included; undefined when there is no such group. */
export function cpuacctMs(fs: CgroupFs, group: string): number | undefined {
  const text = fs.read(join(group, 'cpuacct.usage'));
  return text === undefined ? undefined : Number(text) / 1e6;
}

class V2Controller implements CpuController {
  readonly #fs: CgroupFs;
  readonly #base: string;
  readonly #home: string;

  constructor(support: WritableCgroup, fs: CgroupFs) {
    this.#fs = fs;
    this.#base = support.base;
    this.#home = support.home;
  }

  directories(group: string): string[] {
    return [join(this.#base, group)];
  }

  homes(): string[] {
    return [this.#home];
  }

  enableSubgroups(group: string): void {
    const file = join(this.#base, group, 'cgroup.subtree_control');
    if (!words(this.#fs.read(file)).includes('cpu')) this.#fs.write(file, '+cpu');
  }

  setLimit(group: string, cores: number | undefined): void {
    writeLimit(this.#fs, 2, join(this.#base, group), cores);
  }

  readLimit(group: string): number | 'unlimited' | undefined {
    return readLimit(this.#fs, 2, join(this.#base, group));
  }

  usageMs(group: string): number | undefined {
    const stat = this.#fs.read(join(this.#base, group, 'cpu.stat'));
    return stat === undefined ? undefined : usedMsIn(stat);
  }

  throttledMs(group: string): number {
    return throttledMsIn(2, this.#fs.read(join(this.#base, group, 'cpu.stat')));
  }
}

class V1Controller implements CpuController {
  readonly #fs: CgroupFs;
  readonly #base: string;
  readonly #home: string;
  readonly #accounting: { base: string; home: string } | undefined;
  readonly #isAccountingSeparate: boolean;

  constructor(support: WritableCgroup, fs: CgroupFs) {
    this.#fs = fs;
    this.#base = support.base;
    this.#home = support.home;
    this.#accounting = support.accounting;
    this.#isAccountingSeparate = this.#accounting !== undefined && this.#accounting.base !== this.#base;
  }

  directories(group: string): string[] {
    return this.#bases().map((base) => join(base, group));
  }

  homes(): string[] {
    return this.#accounting && this.#isAccountingSeparate
      ? [this.#home, this.#accounting.home]
      : [this.#home];
  }

  enableSubgroups(): void {}

  setLimit(group: string, cores: number | undefined): void {
    writeLimit(this.#fs, 1, join(this.#base, group), cores);
  }

  readLimit(group: string): number | 'unlimited' | undefined {
    return readLimit(this.#fs, 1, join(this.#base, group));
  }

  usageMs(group: string): number | undefined {
    return this.#accounting && cpuacctMs(this.#fs, join(this.#accounting.base, group));
  }

  throttledMs(group: string): number {
    return throttledMsIn(1, this.#fs.read(join(this.#base, group, 'cpu.stat')));
  }

  #bases(): string[] {
    return this.#accounting && this.#isAccountingSeparate
      ? [this.#base, this.#accounting.base]
      : [this.#base];
  }
}

/** A small limit gets a longer period, as the kernel takes no quota below 1 ms. */
function quota(cores: number): { quotaUs: number; periodUs: number } {
  const periodUs = Math.min(Math.max(defaultPeriodUs, Math.ceil(minQuotaUs / cores)), maxPeriodUs);
  // Rounded down: on v1 a child's ratio must never exceed its parent's.
  return { quotaUs: Math.max(minQuotaUs, Math.floor(cores * periodUs + 1e-6)), periodUs };
}
