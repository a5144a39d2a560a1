import type { EventEmitter } from 'node:events';
import type { Refusal } from '../../core/refusal.ts';

/** What keeps a command from writing on: its output, or a file beside it. The command then ends, and says why. */
export class WriteFaults {
  /** Settles when the command was stopped, or cannot write any more. */
  readonly ended: Promise<void>;
  #refusal: Refusal | undefined;
  #end: () => void = () => undefined;

  constructor({ output, stopped }: { output: EventEmitter; stopped: Promise<void> }) {
    const broken = new Promise<void>((resolve) => {
      this.#end = resolve;
    });
    this.ended = Promise.race([stopped, broken]);
    output.on('error', (error: NodeJS.ErrnoException) => {
      // Whoever reads our output, such as `head`, may have seen enough.
      if (error.code === 'EPIPE') this.#end();
      else this.note('the output', error);
    });
  }

  /** The first fault, TT_FILE_UNWRITABLE; undefined when all could be written, or was read. */
  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  /** Something cannot be written any more: a file by its name, or the output. */
  note(what: string, error: Error): void {
    const accepted = 'a file that can be written, on a disk with room';
    this.#refusal ??= {
      code: 'TT_FILE_UNWRITABLE',
      reason: `cannot write ${what} any more: ${error.message}`,
      accepted,
    };
    this.#end();
  }
}
