import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accept, type Result, refuse } from '../../core/refusal.ts';

const restoreProgram = fileURLToPath(new URL('./restore.js', import.meta.url));

/**
 * A shell that waits for this process to end, in a process group of its own, so that what kills the tuner does not
 * kill it. While we live it sleeps in a read from us. When we end without a farewell its read ends, and it becomes the
 * program that puts back what we had changed.
 */
export class Watchdog {
  readonly #stateDir: string;
  #shell: ChildProcess | undefined;

  constructor(stateDir: string) {
    this.#stateDir = stateDir;
  }

  /** Starts the shell unless it watches already; refused where the folder cannot be written. */
  watch(): Result<void> {
    if (this.#shell?.exitCode === null && this.#shell.signalCode === null) return accept(undefined);
    const path = join(this.#stateDir, 'restore.log');
    let log: number;
    try {
      mkdirSync(this.#stateDir, { recursive: true });
      log = openSync(path, 'a');
    } catch (error) {
      const reason = `cannot write ${path}: ${(error as Error).message}`;
      return refuse({ code: 'TT_FILE_UNWRITABLE', reason, accepted: 'a state_dir that can be written' });
    }
    const script = 'read -r farewell || exec "$@"';
    const program = [process.execPath, restoreProgram, this.#stateDir];
    this.#shell = spawn('/bin/sh', ['-c', script, 'trimtab-watchdog', ...program], {
      detached: true,
      stdio: ['pipe', log, log],
    });
    // A shell that could not be started, or was killed, is started again before the next work.
    this.#shell.on('error', () => undefined);
    this.#shell.stdin?.on('error', () => undefined);
    closeSync(log);
    this.#shell.unref();
    return accept(undefined);
  }

  /** Says farewell: there is nothing to put back. */
  dismiss(): Promise<void> {
    const shell = this.#shell;
    this.#shell = undefined;
    return new Promise((resolve) => {
      if (!shell?.stdin?.writable) resolve();
      else shell.stdin.end('farewell\n', () => resolve());
    });
  }
}
