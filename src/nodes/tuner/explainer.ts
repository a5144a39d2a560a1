import { Worker } from 'node:worker_threads';
import type { Configuration } from '../../core/knobs/knob.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import type { StudyExplanation } from '../../core/tune/explain-study.ts';
import type { StudyRecord } from '../../core/tune/study-record.ts';
import { compiledFile } from '../../io/compiled-file.ts';

/** What the thread is started with: the arguments of `explainStudy`. */
export type ExplainStart = { study: StudyRecord; asked: Configuration | undefined };

/**
 * `explainStudy` in a thread of its own. It fits the models up to 17 times, which is seconds of computing: in the node's thread
 * these would keep a search from its trials, and the robot from being put back. One study after the other, as a robot has
 * few processors to spare.
 */
export class Explainer {
  readonly #program: URL;
  #last: Promise<unknown> = Promise.resolve();
  #worker: Worker | undefined;
  #isClosed = false;

  /** `program` is the thread's; it posts one message, the explanation. */
  constructor(program = compiledFile(import.meta.url, 'explain-worker')) {
    this.#program = program;
  }

  /** Refused: TT_THREAD when the thread ends without an answer, TT_STATE after `close`. */
  explain(start: ExplainStart): Promise<Result<StudyExplanation>> {
    const answer = this.#last.then(() => this.#run(start));
    this.#last = answer;
    return answer;
  }

  /** Breaks off what is being explained; what waits is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
    await this.#last;
  }

  async #run(start: ExplainStart): Promise<Result<StudyExplanation>> {
    if (this.#isClosed) return this.#unanswered();
    const worker = new Worker(this.#program, { workerData: start });
    this.#worker = worker;
    let explanation: StudyExplanation | undefined;
    let failure: Error | undefined;
    worker.once('message', (message: StudyExplanation) => {
      explanation = message;
    });
    worker.once('error', (error: Error) => {
      failure = error;
    });
    await new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.#worker = undefined;
    return explanation === undefined ? this.#unanswered(failure) : accept(explanation);
  }

  #unanswered(failure?: Error): Result<StudyExplanation> {
    if (this.#isClosed) return refuse({ code: 'TT_STATE', reason: 'the tuner ends' });
    return refuse({
      code: 'TT_THREAD',
      reason: 'the thread that explains ended without an answer',
      ...(failure && { found: failure.message }),
    });
  }
}
