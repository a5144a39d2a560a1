import { Worker } from 'node:worker_threads';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import type { Designer, Observation, Suggestion } from '../../core/tune/designer.ts';
import type { Choice } from '../../core/tune/recommend.ts';
import type { SearchDesign } from '../../core/tune/search-designer.ts';
import { compiledFile } from '../../io/compiled-file.ts';

/** What can be computed beforehand; see `Study.wants`. */
export type Wanted = 'suggestion' | 'choice';

/** What the thread is told, in order; each `wants` is answered by one `Prepared`. */
export type DesignRequest = { observed: Observation } | { wants: Wanted };

/** The thread's answer. */
export type Prepared = { suggestion?: Suggestion; choice?: Choice };

/**
 * The designer of a search in a thread of its own. Its models are fitted for each suggestion, and for the choice of what to end with:
 * in the node's thread these would keep the safety net, cancels and the monitor waiting. What `suggest` and `choice` give
 * must have been prepared since the last observation, else they throw.
 */
export class DesignThread implements Designer {
  readonly #design: SearchDesign;
  readonly #signal: AbortSignal;
  readonly #program: URL;
  readonly #terminate = () => void this.#worker?.terminate();
  #worker: Worker | undefined;
  #ended: Promise<void> = Promise.resolve();
  #failure: Error | undefined;
  /** What was observed before the thread was started, by an earlier run of its search. */
  #earlier: DesignRequest[] = [];
  #prepared: Prepared = {};

  /** `signal` ends the thread at once. `program` is the thread's, which is started with the design. */
  constructor(options: { design: SearchDesign; signal: AbortSignal; program?: URL }) {
    this.#design = options.design;
    this.#signal = options.signal;
    this.#program = options.program ?? compiledFile(import.meta.url, 'design-worker');
  }

  /** Starts the thread, before anything is prepared; whoever does so must `close`. */
  start(): void {
    const worker = new Worker(this.#program, { workerData: this.#design });
    this.#worker = worker;
    worker.once('error', (error: Error) => {
      this.#failure = error;
    });
    this.#ended = new Promise((resolve) => worker.once('exit', () => resolve()));
    this.#signal.addEventListener('abort', this.#terminate);
    for (const request of this.#earlier) worker.postMessage(request);
    this.#earlier = [];
  }

  /** Computes what is wanted next. Refused: TT_CANCELLED after `signal`, TT_THREAD when the thread ends without an answer. */
  async prepare(wants: Wanted): Promise<Result<void>> {
    const worker = this.#running;
    const answer = new Promise<Prepared>((resolve) => worker.once('message', resolve));
    worker.postMessage({ wants } satisfies DesignRequest);
    const prepared = await Promise.race([answer, this.#ended]);
    if (this.#signal.aborted) return refuse({ code: 'TT_CANCELLED', reason: 'the search was broken off' });
    if (!prepared) {
      return refuse({
        code: 'TT_THREAD',
        reason: 'the thread that computes suggestions ended without an answer',
        ...(this.#failure && { found: this.#failure.message }),
      });
    }
    this.#prepared = prepared;
    return accept(undefined);
  }

  suggest(): Suggestion {
    const { suggestion } = this.#prepared;
    if (!suggestion) throw new Error('design thread: no suggestion was prepared');
    return suggestion;
  }

  /** What the search may end with. */
  choice(): Choice {
    const { choice } = this.#prepared;
    if (!choice) throw new Error('design thread: no choice was prepared');
    return choice;
  }

  update(observed: Observation): void {
    this.#prepared = {};
    const request: DesignRequest = { observed };
    if (this.#worker) this.#worker.postMessage(request);
    else this.#earlier.push(request);
  }

  /** Ends the thread, whatever it is at. */
  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#terminate);
    await this.#worker?.terminate();
  }

  get #running(): Worker {
    if (!this.#worker) throw new Error('design thread: not started');
    return this.#worker;
  }
}
