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
  rssKib?: number;
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
      ...Array(9).fill(0),
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
    ];
    writeFileSync(join(directory, 'stat'), `${fields.join(' ')}\n`);
    writeFileSync(join(directory, 'cmdline'), args.map((arg) => `${arg}\0`).join(''));
    const status = [
      `Name:\t${command}`,
      `VmRSS:\t    ${process.rssKib ?? 100} kB`,
      'Cpus_allowed_list:\t0-2,5',
      'voluntary_ctxt_switches:\t7',
      'nonvoluntary_ctxt_switches:\t3',
    ];
    writeFileSync(join(directory, 'status'), `${status.join('\n')}\n`);
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
