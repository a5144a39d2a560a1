import { Worker } from 'node:worker_threads';
import type { Configuration } from '../../core/knobs/knob.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import type { StudyExplanation } from '../../core/tune/explain-study.ts';
import type { FrontPoint } from '../../core/tune/front.ts';
import type { StudyRecord } from '../../core/tune/study-record.ts';
import { compiledFile } from '../../io/compiled-file.ts';

/** What is asked of a study: the arguments of `explainStudy`, or of `frontOf`. */
export type ExplainStart =
  | { wants: 'explanation'; study: StudyRecord; asked: Configuration | undefined }
  | { wants: 'front'; study: StudyRecord };

/**
 * `explainStudy` and `frontOf` in a thread of its own. These fit the models up to 17 times, which is seconds of computing: in the
 * node's thread they would keep a search from its trials, and the robot from being put back. One question after the other, as
 * a robot has few processors to spare.
 */
export class Explainer {
  readonly #program: URL;
  #last: Promise<unknown> = Promise.resolve();
  #worker: Worker | undefined;
  #isClosed = false;

  /** `program` is the thread's; it posts one message, the answer. */
  constructor(program = compiledFile(import.meta.url, 'explain-worker')) {
    this.#program = program;
  }

  /** Refused: TT_THREAD when the thread ends without an answer, TT_STATE after `close`. */
  explain(study: StudyRecord, asked: Configuration | undefined): Promise<Result<StudyExplanation>> {
    return this.#queued({ wants: 'explanation', study, asked });
  }

  /** See `frontOf`; refused as `explain` is. */
  front(study: StudyRecord): Promise<Result<FrontPoint[]>> {
    return this.#queued({ wants: 'front', study });
  }

  /** Breaks off what is being computed; what waits is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
    await this.#last;
  }

  #queued<Answer>(start: ExplainStart): Promise<Result<Answer>> {
    const answer = this.#last.then(() => this.#run<Answer>(start));
    this.#last = answer;
    return answer;
  }

  async #run<Answer>(start: ExplainStart): Promise<Result<Answer>> {
    if (this.#isClosed) return this.#unanswered();
    const worker = new Worker(this.#program, { workerData: start });
    this.#worker = worker;
    let answer: Answer | undefined;
    let failure: Error | undefined;
    worker.once('message', (message: Answer) => {
      answer = message;
    });
    worker.once('error', (error: Error) => {
      failure = error;
    });
    await new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.#worker = undefined;
    return answer === undefined ? this.#unanswered(failure) : accept(answer);
  }

  #unanswered(failure?: Error): Result<never> {
    if (this.#isClosed) return refuse({ code: 'TT_STATE', reason: 'the tuner ends' });
    return refuse({
      code: 'TT_THREAD',
      reason: 'the thread that explains ended without an answer',
      ...(failure && { found: failure.message }),
    });
  }
}
