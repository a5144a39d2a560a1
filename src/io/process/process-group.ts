import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { closeSync, createWriteStream, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How to start one child. */
export type ProcessSpec = { name: string; command: string; args: string[]; env?: Record<string, string> };

/** A started child. */
export type RunningProcess = {
  name: string;
  pid: number;
  /** Settles when the process has ended, however it ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** The first line on its standard output that `matches`, or undefined when it ends or time runs out. */
  line(matches: (line: string) => boolean, timeoutMs: number): Promise<string | undefined>;
};

/** After its end a child's last words are waited for no longer: its own children may keep its output open. */
const lastWordsMs = 500;

/** `hasSpoken` settles when it has ended and its log holds all that it said, or nearly all where a child of its own goes on. */
type Child = { child: ChildProcess; running: RunningProcess; hasSpoken: Promise<unknown> };

/**
 * Child processes with one life: each writes to its own log file, ROS 2's own logs beside it, and stop() ends all of them, politely
 * first. When this process dies without stop(), the children see their standard input close, and those that
 * honour TRIMTAB_END_WITH_STDIN end themselves.
 */
export class ProcessGroup {
  readonly #logDir: string;
  readonly #children = new Map<string, Child>();
  #onUnexpectedEnd: ((name: string, how: string) => void) | undefined;
  #stopping = false;

  constructor({
    logDir,
    onUnexpectedEnd,
  }: { logDir: string; onUnexpectedEnd?: (name: string, how: string) => void }) {
    this.#logDir = logDir;
    this.#onUnexpectedEnd = onUnexpectedEnd;
    mkdirSync(logDir, { recursive: true });
  }

  /** Starts a child in a process group of its own, so that a terminal's Ctrl-C reaches it through stop() only. */
  start({ name, command, args, env }: ProcessSpec): RunningProcess {
    // Opened before anything runs, so that a failure leaves no child; and at once, as the folder may be gone by the time
    // a stream would open its file.
    const fd = openSync(this.logFile(name), 'a');
    let child: ChildProcessWithoutNullStreams;
    try {
      child = spawn(command, args, {
        detached: true,
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...process.env, TRIMTAB_END_WITH_STDIN: '1', ROS_LOG_DIR: this.#logDir, ...env },
      });
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    const log = createWriteStream(this.logFile(name), { fd });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
      child.on('error', (error) => {
        log.write(`${error.message}\n`);
        resolve({ code: null, signal: null });
      });
      child.on('exit', (code, signal) => resolve({ code, signal }));
    });
    const written = new Promise<void>((resolve) => child.on('close', () => log.end(resolve)));
    const hasSpoken = ended.then(() => settlesWithin(written, lastWordsMs));
    void Promise.all([ended, hasSpoken]).then(([{ code, signal }]) => {
      if (!this.#stopping) this.#onUnexpectedEnd?.(name, signal ? `signal ${signal}` : `exit code ${code}`);
    });
    const running: RunningProcess = {
      name,
      pid: child.pid ?? -1,
      ended,
      line: (matches, timeoutMs) => firstLine({ child, hasSpoken, matches, timeoutMs }),
    };
    this.#children.set(name, { child, running, hasSpoken });
    return running;
  }

  /** Where a child's output goes. */
  logFile(name: string): string {
    return join(this.#logDir, `${name}.log`);
  }

  /** The last lines a child wrote, for error messages. */
  tail(name: string, lines = 5): string {
    const text = readFileSync(this.logFile(name), 'utf8').trimEnd();
    return text.split('\n').slice(-lines).join('\n');
  }

  /** The pids of all children that were started, by name. */
  get pids(): Map<string, number> {
    return new Map([...this.#children].map(([name, { running }]) => [name, running.pid]));
  }

  /** SIGINT, then SIGTERM after `politeMs`, then SIGKILL; returns when every child has ended and its output is in its log. */
  async stop(politeMs = 3000): Promise<void> {
    this.#stopping = true;
    const alive = [...this.#children.values()];
    for (const [signal, waitMs] of [
      ['SIGINT', politeMs],
      ['SIGTERM', politeMs],
      ['SIGKILL', 5000],
    ] as const) {
      for (const { child } of alive) if (isAlive(child)) signalTree(child, signal);
      const done = Promise.all(alive.map(({ hasSpoken }) => hasSpoken));
      if (await settlesWithin(done, waitMs)) return;
    }
  }

  /** Kills at once, without waiting; for the way out of a crash. */
  kill(): void {
    this.#stopping = true;
    for (const { child } of this.#children.values()) if (isAlive(child)) signalTree(child, 'SIGKILL');
  }
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Each child leads its own process group, so its helpers get the signal too. */
function signalTree(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid as number), signal);
  } catch (error) {
    // The group can be gone between the check and the signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function firstLine({
  child,
  hasSpoken,
  matches,
  timeoutMs,
}: {
  child: ChildProcessWithoutNullStreams;
  hasSpoken: Promise<unknown>;
  matches: (line: string) => boolean;
  timeoutMs: number;
}): Promise<string | undefined> {
  return new Promise((resolve) => {
    let buffer = '';
    const finish = (line: string | undefined) => {
      clearTimeout(timer);
      child.stdout.off('data', onData);
      resolve(line);
    };
    const onData = (chunk: Buffer) => {
      buffer += chunk.toString();
      const lines = buffer.split('\n');
      buffer = lines.pop() ?? '';
      const found = lines.find(matches);
      if (found !== undefined) finish(found);
    };
    const timer = setTimeout(() => finish(undefined), timeoutMs);
    child.stdout.on('data', onData);
    void hasSpoken.then(() => finish(undefined));
  });
}

function settlesWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    void promise.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
