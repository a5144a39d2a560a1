import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { accept, formatRefusal, type Result, refuse } from '../../core/refusal.ts';
import type { NodeContext, ParameterValues } from '../../ros/index.ts';
import { type Recording, recordProfiles } from './record-profiles.ts';

/** Refuses (TT_FILE_UNWRITABLE) a value of the parameter record that is no folder which can be written. */
export function checkRecordFolder({ record }: ParameterValues): Result<void> {
  if (record === '') return accept(undefined);
  try {
    // The dot makes sure that it is a folder.
    accessSync(`${nearestExisting(resolve(record as string))}/.`, constants.W_OK | constants.X_OK);
    return accept(undefined);
  } catch {
    return refuse({
      code: 'TT_FILE_UNWRITABLE',
      reason: 'cannot record there',
      found: record as string,
      accepted: 'a folder that can be written, or an empty text',
    });
  }
}

/** The folder, or what of its path is there already. */
function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

/** Records the profiler's profiles in the folder that its parameter `record` names, a file each time it is set. */
export class ProfileRecorder {
  readonly #context: NodeContext;
  #recording: Recording | undefined;
  #closing: Promise<unknown> = Promise.resolve();

  constructor(context: NodeContext) {
    this.#context = context;
    context.parameters.onChange((_, changed) => {
      if (changed.includes('record')) this.#restart();
    });
    this.#restart();
  }

  /** Completes the file that is open. */
  async close(): Promise<void> {
    this.#finish();
    await this.#closing;
  }

  #restart(): void {
    this.#finish();
    const folder = this.#context.parameters.values.record as string;
    if (folder === '') return;
    const { rcl, node, clock, log } = this.#context;
    const startedAt = new Date().toISOString().replace(/[:.]/g, '-');
    const recording = recordProfiles({
      rcl,
      node,
      clock,
      profileTopic: `${node.getFullyQualifiedName()}/profile`,
      path: join(folder, `${node.name()}-${startedAt}.mcap`),
      onError: (error) => log.error(`the recording has stopped: ${error.message}`),
    });
    if (recording.ok) {
      this.#recording = recording.value;
      log.info(`recording to ${recording.value.path}`);
    } else for (const refusal of recording.refusals) log.error(formatRefusal(refusal));
  }

  #finish(): void {
    const finished = this.#recording;
    this.#recording = undefined;
    if (finished) this.#closing = Promise.all([this.#closing, finished.close()]);
  }
}
