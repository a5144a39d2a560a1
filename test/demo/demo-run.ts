import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** One `trimtab demo`, in a ROS domain of its own and with a folder of its own for temporary files. */
export class DemoRun {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #temporary: string;
  readonly #closed: Promise<unknown>;
  #output = '';

  constructor(cwd: string, args: string[]) {
    this.#temporary = mkdtempSync(join(cwd, 'tmp-'));
    const env = {
      ...process.env,
      TMPDIR: this.#temporary,
      ROS_DOMAIN_ID: String(61 + (process.pid % 40)),
    };
    this.#child = spawn(process.execPath, [main, 'demo', ...args], { cwd, env });
    this.#closed = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
  }

  /** Everything that it has printed. */
  get output(): string {
    return this.#output;
  }

  /** Resolves when the demo has begun its act of that name. */
  async reaches(act: string): Promise<void> {
    const begun = new RegExp(`^${act}\\b`, 'm');
    while (!begun.test(this.#output)) {
      const more = await Promise.race([once(this.#child.stdout, 'data'), this.#closed.then(() => undefined)]);
      if (more === undefined) throw new Error(`the demo ended before ${act}:\n${this.#output}`);
    }
  }

  /** What Ctrl-C does. */
  interrupt(): void {
    this.#child.kill('SIGINT');
  }

  /** Its exit code, when it has ended. */
  async end(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }

  /** What there is of what it started or made: processes, CPU groups, temporary files. */
  remains(): string[] {
    const marker = `TMPDIR=${this.#temporary}`;
    const processes = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(marker))
      .map((pid) => `process ${pid}`);
    const groups = foldersNamed('/sys/fs/cgroup', `trimtab-demo-${this.#child.pid}`);
    const files = readdirSync(this.#temporary).map((name) => join(this.#temporary, name));
    return [...processes, ...groups, ...files];
  }
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    // It has ended meanwhile, or is another user's.
    return [];
  }
}

function foldersNamed(root: string, name: string): string[] {
  try {
    return readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap((entry) => {
        const path = join(root, entry.name);
        return entry.name === name ? [path] : foldersNamed(path, name);
      });
  } catch {
    return [];
  }
}
