import { type ChildProcess, spawn } from 'node:child_process';

/** Real child processes for tests, ended together. */
export class Spawned {
  readonly #children: ChildProcess[] = [];

  /** A Node process that runs `source`; `marker` appears on its command line, `variables` in its environment. */
  node(source: string, marker: string, variables: Record<string, string> = {}): number {
    return this.program(process.execPath, ['-e', source, marker], variables);
  }

  /** Any program. */
  program(command: string, args: string[], variables: Record<string, string> = {}): number {
    const child = spawn(command, args, { stdio: 'ignore', env: { ...process.env, ...variables } });
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
