import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { removeStaleGroups } from '../../io/platform/cgroup/cgroup-tree.ts';
import { detectCgroup } from '../../io/platform/cgroup/detect.ts';
import { applyCpuBudget, type CpuBudget } from '../../io/platform/cpu-budget.ts';
import { ProcessGroup } from '../../io/process/process-group.ts';
import { distRoot, robotGroups, rosProcesses } from './stack.ts';

const readyTimeoutMs = 60_000;

/** What the stage needs to know before it starts. */
export type StageOptions = { seed: number; cores: number; modelsDir: string; specFile: string };

/**
 * Everything the demo starts: broker, cloud worker, the ROS processes, the CPU groups, a scratch folder. It
 * comes up as a whole or not at all, and close() leaves nothing behind.
 */
export class Stage {
  readonly dir = mkdtempSync(join(tmpdir(), 'trimtab-demo-'));
  readonly #processes: ProcessGroup;
  readonly #failures: Refusal[] = [];
  readonly #onFailure: (refusals: Refusal[]) => void;
  #budget: CpuBudget | undefined;
  #brokerKind = '';

  constructor({ onFailure }: { onFailure: (refusals: Refusal[]) => void }) {
    this.#onFailure = onFailure;
    this.#processes = new ProcessGroup({
      logDir: join(this.dir, 'logs'),
      onUnexpectedEnd: (name, how) => this.#ended(name, how),
    });
  }

  /** Starts everything and waits until each part says that it is ready. */
  async open(
    options: StageOptions,
    onProgress: (note: string, fraction: number) => void,
    signal: AbortSignal,
  ): Promise<Result<void>> {
    const support = detectCgroup();
    if (support.writable) await removeStaleGroups({ support });
    this.#budget = await applyCpuBudget({ label: 'demo', cores: options.cores, support });

    onProgress('broker', 0);
    const broker = await this.#startBroker();
    if (!broker.ok) return broker;
    const worker = this.#startCommand('cloud-worker', [
      '--broker',
      broker.value.url,
      '--models',
      options.modelsDir,
    ]);
    const linkPort = await freePort();
    const specs = rosProcesses({
      seed: options.seed,
      modelsDir: options.modelsDir,
      specFile: options.specFile,
      stateDir: join(this.dir, 'state'),
      linkPort,
      brokerPort: Number(new URL(broker.value.url).port),
      cpuGroup: this.#budget.group ?? '',
      cores: this.#budget.cores ?? options.cores,
    });
    const started = specs.map((spec) => {
      const process = this.#processes.start({ ...spec, env: { RCUTILS_LOGGING_USE_STDOUT: '1' } });
      return {
        name: spec.name,
        ready: process.line((line) => line.includes(`${spec.name} active`), readyTimeoutMs),
      };
    });
    let ready = 0;
    const waits = started.map(async ({ name, ready: line }) => {
      if ((await line) === undefined) return [this.#notReady(name)];
      onProgress(`${name} active`, ++ready / started.length);
      return [];
    });
    const aborted = new Promise<undefined>((resolve) =>
      signal.addEventListener('abort', () => resolve(undefined), { once: true }),
    );
    const refusals = (await Promise.race([Promise.all(waits), aborted]))?.flat();
    if (!refusals)
      return refuse(
        ...(this.#failures.length > 0
          ? this.#failures
          : [{ code: 'TT_CANCELLED' as const, reason: 'broken off while starting' }]),
      );
    if ((await worker.line) === undefined) refusals.push(this.#notReady('cloud-worker'));
    if (refusals.length > 0) return refuse(...(this.#failures.length > 0 ? this.#failures : refusals));
    return this.#placeRobot();
  }

  /** The means and size of the robot's CPU budget, in words. */
  get budget(): { description: string; real: boolean } {
    return {
      description: this.#budget?.description ?? 'none',
      real: this.#budget?.mechanism.startsWith('cgroup') ?? false,
    };
  }

  get brokerKind(): string {
    return this.#brokerKind;
  }

  /** Ends every process, then takes the groups and the folder away. Returns what could not be taken away. */
  async close(): Promise<string[]> {
    await this.#processes.stop();
    const left = (await this.#budget?.release()) ?? [];
    rmSync(this.dir, { recursive: true, force: true });
    return left;
  }

  async #startBroker(): Promise<Result<{ url: string; kind: string }>> {
    const broker = this.#startCommand('broker', ['--port', '0']);
    const line = await broker.line;
    if (line === undefined) return refuse(this.#notReady('broker'));
    const { url, kind } = JSON.parse(line) as { url: string; kind: string };
    this.#brokerKind = kind;
    return accept({ url, kind });
  }

  /** Our own commands say that they are ready by one line of JSON. */
  #startCommand(name: string, args: string[]): { line: Promise<string | undefined> } {
    const main = join(distRoot, 'src/cli/main.js');
    const child = this.#processes.start({ name, command: process.execPath, args: [main, name, ...args] });
    return { line: child.line((line) => line.startsWith('{'), readyTimeoutMs) };
  }

  async #placeRobot(): Promise<Result<void>> {
    for (const [group, names] of Object.entries(robotGroups)) {
      for (const name of names) {
        const pid = this.#processes.pids.get(name);
        const placed = pid === undefined ? undefined : await this.#budget?.place(group, pid);
        if (placed && !placed.ok) return placed;
      }
    }
    return accept(undefined);
  }

  #ended(name: string, how: string): void {
    const refusal: Refusal = {
      code: 'TT_STATE',
      reason: `${name} ended by itself (${how}):\n${this.#processes.tail(name)}`,
    };
    this.#failures.push(refusal);
    this.#onFailure([refusal]);
  }

  #notReady(name: string): Refusal {
    return {
      code: 'TT_STATE',
      reason: `${name} did not get ready in ${readyTimeoutMs / 1000} s:\n${this.#processes.tail(name)}`,
    };
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
