import { type ChildProcess, spawn } from 'node:child_process';

/** Real child processes for tests, ended together. */
export class Spawned {
  readonly #children: ChildProcess[] = [];

  /** A Node process that runs `source`; `marker` appears on its command line. */
  node(source: string, marker: string): number {
    const child = spawn(process.execPath, ['-e', source, marker], { stdio: 'ignore' });
    this.#children.push(child);
    if (child.pid === undefined) throw new Error('cannot start a child process');
    return child.pid;
  }

  async endAll(): Promise<void> {
    const ends = this.#children.map((child) => new Promise((resolve) => child.once('close', resolve)));
    for (const child of this.#children.splice(0)) {
      if (!child.kill('SIGKILL')) child.emit('close');
    }
    await Promise.all(ends);
  }
}

/** Uses one CPU for as long as it may. */
export const burnCpu = 'for (;;);';

/** Uses next to none. */
export const idle = 'setInterval(() => {}, 1000)';
