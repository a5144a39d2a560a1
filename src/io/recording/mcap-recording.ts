import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { McapWriter } from '@mcap/core';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { makeFolder } from './make-folder.ts';
import { writeWhole } from './write-whole.ts';

/** A topic to record: its ROS type, and that type's definition as `ros2MessageSchema` gives it. */
export type RecordedTopic = { topic: string; type: string; schema: string };

/** A chunk is written when it is longer than this. A crash loses the chunk that is being filled, no more. */
const chunkBytes = 4096;

/**
 * An MCAP file of serialized ROS messages (CDR) with their definitions, so that Foxglove and any other MCAP
 * reader can show them without knowing their types. Chunks are not compressed.
 */
export class McapRecording {
  readonly path: string;
  readonly #file: number;
  readonly #writer: McapWriter;
  readonly #onError: (error: Error) => void;
  readonly #channels = new Map<string, { id: number; sequence: number }>();
  /** The writer wants one call to end before the next begins. */
  #last: Promise<void> = Promise.resolve();
  #failed = false;

  private constructor(path: string, file: number, onError: (error: Error) => void) {
    this.path = path;
    this.#file = file;
    this.#onError = onError;
    this.#writer = new McapWriter({ writable: new FileEnd(file), chunkSize: chunkBytes });
  }

  /**
   * Makes the file, which must not be there yet, and its folder. `onError` is told once when writing fails
   * later, as on a full disk; what comes after that is not recorded. Refused where the file cannot be made.
   */
  static open(options: {
    path: string;
    topics: readonly RecordedTopic[];
    onError: (error: Error) => void;
  }): Result<McapRecording> {
    const { path, topics, onError } = options;
    try {
      makeFolder(dirname(path));
      const recording = new McapRecording(path, openSync(path, 'wx'), onError);
      recording.#begin(topics);
      return accept(recording);
    } catch (error) {
      const reason = `cannot record to ${path}: ${(error as Error).message}`;
      const accepted = 'a file that does not exist yet, in a folder that can be written';
      return refuse({ code: 'TT_FILE_UNWRITABLE', reason, found: path, accepted });
    }
  }

  /** Adds a serialized message of one of the topics. */
  add(topic: string, bytes: Uint8Array, timeMs: number): void {
    const time = BigInt(Math.round(timeMs * 1e6));
    this.#then(async () => {
      const channel = this.#channels.get(topic);
      if (channel === undefined) throw new Error(`${topic} is not a topic of this recording`);
      const { id: channelId, sequence } = channel;
      channel.sequence++;
      await this.#writer.addMessage({ channelId, sequence, logTime: time, publishTime: time, data: bytes });
    });
  }

  /** Writes what is left and the index, and closes the file. */
  async close(): Promise<void> {
    this.#then(() => this.#writer.end());
    await this.#last;
    closeSync(this.#file);
  }

  #begin(topics: readonly RecordedTopic[]): void {
    this.#then(() => this.#writer.start({ profile: 'ros2', library: 'trimtab' }));
    for (const { topic, type, schema } of topics) {
      this.#then(async () => {
        const data = new TextEncoder().encode(schema);
        const schemaId = await this.#writer.registerSchema({ name: type, encoding: 'ros2msg', data });
        const channel = { topic, schemaId, messageEncoding: 'cdr', metadata: new Map<string, string>() };
        this.#channels.set(topic, { id: await this.#writer.registerChannel(channel), sequence: 0 });
      });
    }
  }

  #then(work: () => Promise<unknown>): void {
    this.#last = this.#last.then(async () => {
      if (this.#failed) return;
      try {
        await work();
      } catch (error) {
        this.#failed = true;
        this.#onError(error as Error);
      }
    });
  }
}

/** Writes at the end of a file, at once, so that what was handed over survives the end of this process. */
class FileEnd {
  readonly #file: number;
  #position = 0n;

  constructor(file: number) {
    this.#file = file;
  }

  async write(bytes: Uint8Array): Promise<void> {
    writeWhole(this.#file, bytes);
    this.#position += BigInt(bytes.length);
  }

  position(): bigint {
    return this.#position;
  }
}
