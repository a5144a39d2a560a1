import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What bayes_opt wants tried next, each knob in [0, 1], and how it came to it. */
export type Ask = { point: Record<string, number>; note: string };

/** The folder of a Python with bayes_opt, made at first use. Throws where pip cannot install it. */
export function bayesOptPython(root: string, home: string): string {
  const venv = join(home, 'live-tuner-venv');
  const python = join(venv, 'bin', 'python');
  const isReady = () => {
    try {
      execFileSync(python, ['-c', 'import bayes_opt'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  if (existsSync(python) && isReady()) return python;
  execFileSync('python3', ['-m', 'venv', venv], { stdio: ['ignore', 'ignore', 'inherit'] });
  const requirements = join(root, 'bench/live-tuner/requirements.txt');
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return python;
}

/** bayes_opt in ConfigBot's settings, in a process of its own: bayes_opt_peer.py. */
export class BayesOpt {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor(options: {
    python: string;
    root: string;
    knobs: readonly string[];
    constraints: number;
    seed: number;
  }) {
    const { python, root, knobs, constraints, seed } = options;
    this.#process = spawn(python, [join(root, 'bench/live-tuner/bayes_opt_peer.py')]);
    this.#process.stderr.pipe(process.stderr);
    // A peer that died is noticed when its next line does not come.
    this.#process.stdin.on('error', () => undefined);
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    this.#write({ knobs, constraints, seed });
  }

  /** The next point; after each but the last comes tell(). */
  async ask(): Promise<Ask> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('bayes_opt ended by itself; its words stand above');
    const { ask, note } = JSON.parse(value) as { ask: Record<string, number>; note: string };
    return { point: ask, note };
  }

  /** What the point that was asked came to; `margins` of the constraints, 0 and more is feasible. */
  tell(objective: number, margins: readonly number[]): void {
    this.#write({ tell: { objective, margins } });
  }

  /** Ends the process. */
  close(): void {
    this.#process.kill();
  }

  #write(message: object): void {
    this.#process.stdin.write(`${JSON.stringify(message)}\n`);
  }
}
