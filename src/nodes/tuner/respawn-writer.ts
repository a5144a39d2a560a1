import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchWriter, KnobValue, Written } from '../../core/knobs/knob.ts';
import { readParamsFile, withParameters } from '../../io/params-file.ts';
import type { FindProcesses } from '../../io/platform/find-processes.ts';
import { replaceFile } from '../../io/recording/replace-file.ts';
import { type RemoteParameters, writtenFrom } from '../../ros/index.ts';

const comeBackMs = 20_000;
const pollMs = 200;

/**
 * Sets parameters that a node reads only at its start: writes them into the file that its launch uses, ends the node
 * with SIGINT and waits until the launch system's respawn has it back. When it does not come back with the new values
 * the file gets its old text again, with which the next respawn starts it.
 */
export class RespawnWriter implements BatchWriter {
  readonly #parameters: RemoteParameters;
  readonly #paramsFile: string;
  readonly #find: FindProcesses;
  readonly #comeBackMs: number;

  constructor(options: {
    parameters: RemoteParameters;
    paramsFile: string;
    find: FindProcesses;
    comeBackMs?: number;
  }) {
    this.#parameters = options.parameters;
    this.#paramsFile = options.paramsFile;
    this.#find = options.find;
    this.#comeBackMs = options.comeBackMs ?? comeBackMs;
  }

  async writeAll(values: ReadonlyMap<string, KnobValue>): Promise<Written> {
    const { nodeName } = this.#parameters;
    const pids = await this.#find(nodeName);
    const [pid] = pids;
    if (pid === undefined || pids.length > 1) {
      const reason = `${nodeName} cannot be restarted: ${pids.length} processes of this machine are it`;
      return { ok: false, outcome: pid === undefined ? 'unreachable' : 'rejected', reason };
    }
    const doubles = await this.#parameters.doublesAmong([...values.keys()]);
    if (!doubles.ok) return writtenFrom(doubles);
    const before = readParamsFile(this.#paramsFile);
    const after = before.ok ? withParameters(before.value, nodeName, values, doubles.value) : before;
    if (!before.ok || !after.ok) return writtenFrom(after);
    const replaced = this.#replace(after.value);
    if (replaced !== undefined) return { ok: false, outcome: 'rejected', reason: replaced };
    const unsent = interrupt(pid);
    if (unsent !== undefined) {
      // Else the next respawn would start the node with values that nobody believes it has.
      this.#replace(before.value);
      return { ok: false, outcome: 'unreachable', reason: `${nodeName} cannot be restarted: ${unsent}` };
    }
    if (await this.#comesBack(pid, values)) return { ok: true };
    this.#replace(before.value);
    const isBack = await this.#comesBack(pid, new Map());
    const now = isBack
      ? 'it is back with the old ones'
      : 'the old ones are in the file again, and it is not back';
    const reason = `${nodeName} did not come back with the new values within ${this.#comeBackMs / 1000} s; ${now}`;
    return { ok: false, outcome: isBack ? 'rejected' : 'unreachable', reason };
  }

  #replace(text: string): string | undefined {
    try {
      replaceFile(this.#paramsFile, text);
      return undefined;
    } catch (error) {
      return `cannot write ${this.#paramsFile}: ${(error as Error).message}`;
    }
  }

  /** Another process answers for the node. */
  async #comesBack(oldPid: number, values: ReadonlyMap<string, KnobValue>): Promise<boolean> {
    const deadlineMs = performance.now() + this.#comeBackMs;
    while (performance.now() < deadlineMs) {
      const pids = await this.#find(this.#parameters.nodeName);
      const isNew = pids.length > 0 && !pids.includes(oldPid);
      if (isNew && (await this.#parameters.getAll([...values.keys()])).ok) return true;
      await sleep(pollMs);
    }
    return false;
  }
}

/** Ends a process as Ctrl-C does; says why it cannot, or undefined. */
function interrupt(pid: number): string | undefined {
  try {
    process.kill(pid, 'SIGINT');
    return undefined;
  } catch (error) {
    return `process ${pid} takes no signal from us: ${(error as Error).message}`;
  }
}
