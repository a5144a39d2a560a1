import type { Message } from '../../ros/index.ts';
import { type Output, type ProgressLine, type Style, wrap } from '../terminal/index.ts';
import { frontText } from './front-text.ts';
import { describePutBack, headline, legend, resultTables, trialDetails } from './trial-text.ts';

/** Shows a search from the feedback of its goal, trimtab_msgs/action/Tune. */
export type SearchView = {
  show(feedback: Message): void;
  note(text: string): void;
  /** Shows the goal's result. */
  end(result: Message): void;
  /** To be called on every exit. */
  close(): void;
};

/** One line of JSON for each finished trial and one for the result: `{"type": "trial", …}`, `{"type": "result", …}`. */
export class JsonView implements SearchView {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  show({ phase, trial, best_score, violation_seconds }: Message): void {
    if (phase === 'done' || phase === 'failed')
      this.#write({
        type: 'trial',
        phase,
        ...trial,
        best_score,
        violation_seconds_so_far: violation_seconds,
      });
  }

  note(): void {}

  end(result: Message): void {
    this.#write({ type: 'result', ...result });
  }

  close(): void {}

  #write(record: unknown): void {
    this.#output.write(`${JSON.stringify(record)}\n`);
  }
}

/** A block for each finished trial below the one before, a line that moves for the one under way, tables at the end. */
export class TerminalView implements SearchView {
  readonly #output: Output;
  readonly #style: Style;
  readonly #width: number;
  readonly #progress: ProgressLine;
  readonly #specFile: string;
  #open: number | undefined;
  #best: { number: number; score: number } | undefined;
  #count = 0;

  constructor(options: {
    output: Output;
    style: Style;
    width: number;
    progress: ProgressLine;
    /** Of the spec that is searched for, as commands take it. */
    specFile: string;
  }) {
    this.#specFile = options.specFile;
    this.#output = options.output;
    this.#style = options.style;
    this.#width = options.width;
    this.#progress = options.progress;
  }

  show({ phase, trial, best_score, violation_seconds }: Message): void {
    if (this.#count === 0 && this.#open === undefined)
      for (const line of wrap(legend, this.#width)) this.#line(this.#style.dim(line));
    if (this.#open !== trial.number && phase !== 'done' && phase !== 'failed') {
      this.#open = trial.number;
      this.#progress.begin(`trial ${trial.number}`);
    }
    if (phase === 'done') this.#finish(trial, best_score, violation_seconds);
    else if (phase === 'failed') this.#progress.fail(trial.reason);
    else this.#progress.update({ note: `${phase}; ${trial.reason}` });
  }

  note(text: string): void {
    this.#progress.print(text);
  }

  end(result: Message): void {
    this.#progress.stop();
    this.#line('');
    this.#line(result.success ? this.#style.good(verified) : this.#style.bad(notFound));
    for (const table of resultTables(result, this.#width)) this.#line(`\n${table}`);
    for (const block of frontText(result.front, { specFile: this.#specFile, width: this.#width }))
      this.#line(`\n${block}`);
    if (!result.success) this.#line(`\n${describePutBack(result)}`);
    this.#line(
      `\n${result.trials} trials; requirements were broken for ${result.violation_seconds.toFixed(1)} s of them`,
    );
    if (result.journal_path) this.#line(`why: trimtab explain --journal ${result.journal_path}`);
  }

  close(): void {
    this.#progress.stop();
  }

  #finish(trial: Message, bestScore: number, violationSeconds: number): void {
    this.#count++;
    const isBest = trial.score >= bestScore && trial.score > (this.#best?.score ?? Number.NEGATIVE_INFINITY);
    if (isBest) this.#best = { number: trial.number, score: trial.score };
    const text = headline(trial, isBest && trial.number > 0);
    if (trial.feasible) this.#progress.done(text);
    else this.#progress.fail(text);
    for (const line of trialDetails(trial, { width: this.#width, style: this.#style })) this.#line(line);
    // A search that goes on may have had its best trial before.
    const best = this.#best ? `trial ${this.#best.number}` : 'an earlier trial';
    this.#line(
      this.#style.dim(
        `    best: ${best}, score ${bestScore.toFixed(3)}; requirements broken for ${violationSeconds.toFixed(1)} s so far`,
      ),
    );
  }

  #line(text: string): void {
    this.#output.write(`${text}\n`);
  }
}

const verified = 'Every requirement is met, measured twice. This configuration stays in force:';
const notFound = 'No configuration was kept.';
