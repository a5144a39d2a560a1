import type { Configuration } from '../../core/knobs/knob.ts';
import { CheckedFile } from './checked-file.ts';

/** The configuration to go back to when things go wrong. */
export type LastGood = {
  configuration: Configuration;
  /** When it was found good, in milliseconds of the Unix epoch. */
  savedMs: number;
};

/** Keeps the last good configuration on disk, so that it outlives the tuner. */
export class LastGoodFile extends CheckedFile<LastGood> {
  constructor(path: string) {
    super({ path, format: 'trimtab-last-good-1', what: 'the last good configuration' });
  }
}
