import { findNodeProcesses } from '../../io/platform/find-processes.ts';
import { Procfs } from '../../io/platform/procfs.ts';
import { isRunning, type ProcessIdentity } from '../../io/process/process-identity.ts';
import type { ProfilerClient } from './profiler-client.ts';

/**
 * The processes behind the names in a spec: those that the profiler knows by the name, else those whose command line
 * says that they are the node of this name. What was found is remembered as long as all of it runs.
 */
export class KnownProcesses {
  readonly #profiler: ProfilerClient | undefined;
  readonly #procfs = new Procfs();
  readonly #found = new Map<string, ProcessIdentity[]>();

  constructor(profiler?: ProfilerClient) {
    this.#profiler = profiler;
  }

  /** Those recorded before, told by name; for whoever puts back what another process changed. */
  static recorded(processes: Record<string, ProcessIdentity[]>): KnownProcesses {
    const known = new KnownProcesses();
    for (const [name, identities] of Object.entries(processes)) known.#found.set(name, identities);
    return known;
  }

  /** Empty when no such process runs on this machine. */
  async identities(name: string): Promise<ProcessIdentity[]> {
    const known = this.#found.get(name) ?? [];
    if (known.length > 0 && known.every((each) => isRunning(each, this.#procfs))) return known;
    const pids = await this.#search(name);
    const identities = this.#procfs.infos(pids).map(({ pid, startTicks }) => ({ pid, startTicks }));
    this.#found.set(name, identities);
    return identities;
  }

  /** The pids of a name. */
  find = async (name: string): Promise<number[]> => (await this.identities(name)).map(({ pid }) => pid);

  async #search(name: string): Promise<number[]> {
    const profiled = (await this.#profiler?.pidsOf(name)) ?? [];
    return profiled.length > 0 ? profiled : findNodeProcesses(name, this.#procfs);
  }
}
