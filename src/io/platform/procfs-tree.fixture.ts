import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A process in a file tree that looks like procfs. */
export type FakeProcess = {
  pid: number;
  parentPid?: number;
  command?: string;
  args?: string[];
  cpuTicks?: number;
  startTicks?: number;
  /** In whole pages of 4 KiB. */
  rssKib?: number;
  isKernelThread?: boolean;
  /** Voluntary and involuntary switches by thread, the main thread first. */
  threadSwitches?: [number, number][];
  /** The pid within a container of its own. */
  ownPid?: number;
  environment?: Record<string, string>;
  /** Paths of mapped files. */
  mapped?: string[];
  /** Text of /proc/PID/cgroup. */
  membership?: string;
};

/** A file tree that looks like procfs, for tests. */
export class ProcfsTree {
  readonly root = mkdtempSync(join(tmpdir(), 'trimtab-procfs-'));

  constructor(uptimeS = 1000) {
    writeFileSync(join(this.root, 'uptime'), `${uptimeS.toFixed(2)} 0.00\n`);
  }

  put(process: FakeProcess): void {
    const { pid, parentPid = 1, command = 'node', args = ['node'], cpuTicks = 0, startTicks = 500 } = process;
    const directory = join(this.root, String(pid));
    mkdirSync(directory, { recursive: true });
    const kernel = Math.floor(cpuTicks / 4);
    const fields = [
      pid,
      `(${command})`,
      'S',
      parentPid,
      ...Array(4).fill(0),
      process.isKernelThread ? 0x0020_8040 : 0x0040_0000,
      ...Array(4).fill(0),
      cpuTicks - kernel,
      kernel,
      0,
      0,
      20,
      0,
      3,
      0,
      startTicks,
      0,
      (process.rssKib ?? 100) / 4,
    ];
    writeFileSync(join(directory, 'stat'), `${fields.join(' ')}\n`);
    writeFileSync(join(directory, 'cmdline'), args.map((arg) => `${arg}\0`).join(''));
    const status = [
      `Name:\t${command}`,
      `NSpid:\t${pid}${process.ownPid === undefined ? '' : `\t${process.ownPid}`}`,
      'Cpus_allowed_list:\t0-2,5',
    ];
    writeFileSync(join(directory, 'status'), `${status.join('\n')}\n`);
    this.#putThreads(pid, process.threadSwitches ?? [[7, 3]]);
    const environment = Object.entries(process.environment ?? {}).map(
      ([name, value]) => `${name}=${value}\0`,
    );
    writeFileSync(join(directory, 'environ'), environment.join(''));
    const maps = (process.mapped ?? []).map((path) => `7f00-7f10 r-xp 00000000 08:01 77   ${path}\n`);
    writeFileSync(join(directory, 'maps'), maps.join(''));
    writeFileSync(join(directory, 'cgroup'), process.membership ?? '0::/\n');
  }

  #putThreads(pid: number, switches: readonly [number, number][]): void {
    const folder = join(this.root, String(pid), 'task');
    rmSync(folder, { recursive: true, force: true });
    for (const [index, [voluntary, involuntary]] of switches.entries()) {
      const thread = join(folder, String(pid + index));
      mkdirSync(thread, { recursive: true });
      const lines = [`voluntary_ctxt_switches:\t${voluntary}`, `nonvoluntary_ctxt_switches:\t${involuntary}`];
      writeFileSync(join(thread, 'status'), `${lines.join('\n')}\n`);
    }
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text);
  }

  end(pid: number): void {
    rmSync(join(this.root, String(pid)), { recursive: true });
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}
