import { join } from 'node:path';
import { type CgroupFs, flatKey } from './cgroup-fs.ts';
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
    const enabled = this.#fs.read(file)?.trim().split(' ') ?? [];
    if (!enabled.includes('cpu')) this.#fs.write(file, '+cpu');
  }

  setLimit(group: string, cores: number | undefined): void {
    const { quotaUs, periodUs } = quota(cores ?? 1);
    this.#fs.write(
      join(this.#base, group, 'cpu.max'),
      `${cores === undefined ? 'max' : quotaUs} ${periodUs}`,
    );
  }

  readLimit(group: string): number | 'unlimited' | undefined {
    const [quotaUs, periodUs] =
      this.#fs
        .read(join(this.#base, group, 'cpu.max'))
        ?.trim()
        .split(' ') ?? [];
    if (quotaUs === 'max') return 'unlimited';
    return quotaUs === undefined ? undefined : Number(quotaUs) / Number(periodUs);
  }

  usageMs(group: string): number | undefined {
    const stat = this.#fs.read(join(this.#base, group, 'cpu.stat'));
    return stat === undefined ? undefined : flatKey(stat, 'usage_usec') / 1000;
  }

  throttledMs(group: string): number {
    return flatKey(this.#fs.read(join(this.#base, group, 'cpu.stat')), 'throttled_usec') / 1000;
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
    const directory = join(this.#base, group);
    const { quotaUs, periodUs } = quota(cores ?? 1);
    // The kernel checks each write against the parent's ratio, so the old quota must not meet the new period.
    this.#fs.write(join(directory, 'cpu.cfs_quota_us'), '-1');
    this.#fs.write(join(directory, 'cpu.cfs_period_us'), String(periodUs));
    if (cores !== undefined) this.#fs.write(join(directory, 'cpu.cfs_quota_us'), String(quotaUs));
  }

  readLimit(group: string): number | 'unlimited' | undefined {
    const quotaText = this.#fs.read(join(this.#base, group, 'cpu.cfs_quota_us'));
    const periodText = this.#fs.read(join(this.#base, group, 'cpu.cfs_period_us'));
    if (quotaText === undefined || periodText === undefined) return undefined;
    return Number(quotaText) < 0 ? 'unlimited' : Number(quotaText) / Number(periodText);
  }

  usageMs(group: string): number | undefined {
    if (!this.#accounting) return undefined;
    const text = this.#fs.read(join(this.#accounting.base, group, 'cpuacct.usage'));
    return text === undefined ? undefined : Number(text) / 1e6;
  }

  throttledMs(group: string): number {
    return flatKey(this.#fs.read(join(this.#base, group, 'cpu.stat')), 'throttled_time') / 1e6;
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
