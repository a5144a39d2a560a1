import { join } from 'node:path';
import type { Configuration, KnobDeclaration } from '../../core/knobs/knob.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { ownGroupsLedger } from '../../io/platform/cgroup/own-groups.ts';
import { isRunning, ownIdentity, type ProcessIdentity } from '../../io/process/process-identity.ts';
import { IntentFile } from '../../io/recording/intent-file.ts';
import { LastGoodFile } from '../../io/recording/last-good.ts';
import type { KnownProcesses } from './known-processes.ts';
import { Watchdog } from './watchdog.ts';

/** The files of a state folder that outlive whoever turns the knobs. */
export function safetyFiles(stateDir: string) {
  return {
    intent: new IntentFile(join(stateDir, 'intent.json')),
    lastGood: new LastGoodFile(join(stateDir, 'last-good.json')),
    groups: ownGroupsLedger(join(stateDir, 'own-groups.json')),
  };
}

/** What is about to be changed. */
export type Work = {
  declarations: readonly KnobDeclaration[];
  /** What each of them holds now. */
  held: Configuration;
  adaptorNode: string;
  cpuGroup: string;
  processes: KnownProcesses;
  /** Lifecycle states of nodes that are taken down for a change, by node. */
  levels?: Record<string, number>;
};

/**
 * Keeps a robot from staying half changed. Before the first write of some work the way back is on disk, as is a last
 * good configuration; a watchdog goes that way when this process dies before the work is done.
 */
export class SafetyNet {
  readonly files;
  readonly #watchdog: Watchdog;

  constructor(stateDir: string) {
    this.files = safetyFiles(stateDir);
    this.#watchdog = new Watchdog(stateDir);
  }

  /** Writes the way back down; refused where it cannot be, while another process changes knobs, and while a former change is not put back. */
  async spread({
    declarations,
    held,
    adaptorNode,
    cpuGroup,
    processes,
    levels = {},
  }: Work): Promise<Result<void>> {
    const free = this.#isFree();
    if (!free.ok) return free;
    const stored = this.#storeFirst(declarations, held);
    if (!stored.ok) return stored;
    const watched = this.#watchdog.watch();
    if (!watched.ok) return watched;
    const concerned = declarations.filter(({ name }) => Object.hasOwn(held, name));
    return this.files.intent.save({
      owner: ownIdentity(),
      declarations: concerned,
      undo: held,
      adaptorNode,
      cpuGroup,
      processes: await identitiesOf(concerned, processes),
      levels,
      writtenMs: Date.now(),
    });
  }

  /** The work is done, or all of it is put back. */
  gather(): void {
    this.files.intent.remove();
  }

  /** Gives up what could not be put back, unless another process is at it. */
  forget(): void {
    const pending = this.files.intent.load();
    if (pending.ok && pending.value && !isAnothers(pending.value.owner)) this.files.intent.remove();
  }

  /** The watchdog is told that it need not; unless work broke off, whose way back it goes when this process ends. */
  async close(): Promise<void> {
    const pending = this.files.intent.load();
    if (!pending.ok || pending.value?.owner.pid === process.pid) return;
    await this.#watchdog.dismiss();
  }

  #isFree(): Result<void> {
    const pending = this.files.intent.load();
    if (!pending.ok) return pending;
    const owner = pending.value?.owner;
    if (owner === undefined) return accept(undefined);
    if (isAnothers(owner)) {
      const reason = `process ${owner.pid} is changing knobs by the same state folder`;
      return refuse({ code: 'TT_BUSY', reason, accepted: 'one at a time, or another state_dir' });
    }
    return refuse({
      code: 'TT_NOT_PUT_BACK',
      reason: 'what an earlier run changed is not put back yet',
      found: this.files.intent.path,
      accepted: '~/rollback, once the nodes concerned run',
    });
  }

  /** What is found on a robot that was never tuned is the last good configuration there is; so is it when the stored one is of other knobs. */
  #storeFirst(declarations: readonly KnobDeclaration[], held: Configuration): Result<void> {
    const stored = this.files.lastGood.load();
    if (!stored.ok) return stored;
    const names = declarations.map(({ name }) => name);
    if (stored.value && Object.keys(stored.value.configuration).every((name) => names.includes(name)))
      return accept(undefined);
    return this.files.lastGood.save({ configuration: held, savedMs: Date.now() });
  }
}

function isAnothers(owner: ProcessIdentity): boolean {
  return owner.pid !== process.pid && isRunning(owner);
}

async function identitiesOf(
  declarations: readonly KnobDeclaration[],
  processes: KnownProcesses,
): Promise<Record<string, ProcessIdentity[]>> {
  const names = declarations.flatMap(({ target }) => ('process' in target ? [target.process] : []));
  const found: Record<string, ProcessIdentity[]> = {};
  for (const name of new Set(names)) found[name] = await processes.identities(name);
  return found;
}
