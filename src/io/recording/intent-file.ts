import type { Configuration, KnobDeclaration } from '../../core/knobs/knob.ts';
import type { ProcessIdentity } from '../process/process-identity.ts';
import { CheckedFile } from './checked-file.ts';

/** What is about to be changed, and all that is needed to take it back without whoever changed it. */
export type Intent = {
  /** Whoever changes the knobs now, or puts them back. */
  owner: ProcessIdentity;
  /** The knobs concerned, with resolved names. */
  declarations: KnobDeclaration[];
  /** What each held before. */
  undo: Configuration;
  /** The adaptor's node, for throttles. */
  adaptorNode: string;
  /** The launcher's CPU group; empty where there is none. */
  cpuGroup: string;
  /** The processes behind the knobs' process names. */
  processes: Record<string, ProcessIdentity[]>;
  /** Lifecycle states that nodes had which are taken down for a change, by node; absent: there are none. */
  levels?: Record<string, number>;
  /** In milliseconds of the Unix epoch. */
  writtenMs: number;
};

/** The write-ahead record: on disk before the first write of some work, gone when nothing is to be taken back. */
export class IntentFile extends CheckedFile<Intent> {
  constructor(path: string) {
    super({ path, format: 'trimtab-intent-1', what: 'the record of what was being changed' });
  }
}
