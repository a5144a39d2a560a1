import { join } from 'node:path';
import { accept, formatRefusal, type Result, refuse } from '../../core/refusal.ts';
import { guardedMargin, marginsOf, sharesOf, unguardedMargin } from '../../core/spec/evaluate.ts';
import type { Requirement, Spec } from '../../core/spec/spec.ts';
import type { Observation } from '../../core/tune/designer.ts';
import type { StoredObservation } from '../../core/tune/library/aging.ts';
import { type Context, describeContext, sameContext } from '../../core/tune/library/context.ts';
import {
  entryFor,
  type Library,
  type LibraryEntry,
  nearestEntry,
  withFailure,
  withFound,
} from '../../core/tune/library/library.ts';
import { identityOf } from '../../core/tune/library/problem-identity.ts';
import { type WarmStart, warmStartFrom } from '../../core/tune/library/warm-start.ts';
import type { Resumption } from '../../core/tune/resumption.ts';
import type { Study } from '../../core/tune/study.ts';
import { LibraryFile, libraryFileName } from '../../io/recording/library-file.ts';
import type { NodeContext } from '../../ros/index.ts';
import type { ContextSource } from './context-source.ts';
import type { TrialOutcome } from './trial-runner.ts';

/** A search as the library sees it. */
export type RememberedSearch = {
  spec: Spec;
  /** In which it began; undefined where it is not known, and then nothing is remembered. */
  context: Context | undefined;
  /** Share of each bound that the search's margins are short of what was measured. */
  guardBand: number;
  warmStart: WarmStart | undefined;
};

/**
 * What the tuner knows of contexts, on disk in its state folder. It is read anew each time, so what a person changes
 * counts at once. What cannot be read or written is reported and is no reason to turn a search's result down.
 */
export class Memory {
  readonly #context: NodeContext;
  readonly #file: LibraryFile;
  readonly #source: ContextSource;
  readonly #report: (text: string) => void;

  constructor(options: { context: NodeContext; source: ContextSource; report: (text: string) => void }) {
    this.#context = options.context;
    this.#file = new LibraryFile(
      join(options.context.parameters.values.state_dir as string, libraryFileName),
    );
    this.#source = options.source;
    this.#report = options.report;
  }

  /** What is known for the context now; undefined also when the context is not known. */
  entry(spec: Spec): LibraryEntry | undefined {
    const context = this.#source.current;
    const library = this.#load();
    return library && context && entryFor(library, identityOf(spec), context);
  }

  /** To be called when a search begins: the start that the library gives it, where the node’s parameters want one. */
  begin(spec: Spec, guardBand: number): RememberedSearch {
    const context = this.#source.current;
    const isWarm = this.#context.parameters.values.warm_start as boolean;
    const library = isWarm ? this.#load() : undefined;
    const nearest = library && context && nearestEntry(library, identityOf(spec), spec.context, context);
    const start = nearest && warmStartFrom(nearest);
    const warmStart = start && {
      ...start,
      prior: start.prior.map((one) =>
        recounted(withComparableObjective(one, spec), spec, (comparison, margin) =>
          guardedMargin(comparison, margin, guardBand),
        ),
      ),
    };
    return { spec, context, guardBand, warmStart };
  }

  /** To be called when a search goes on that was broken off. Refused (TT_JOURNAL) where it began in another context than this one. */
  resume(spec: Spec, { basis, warmStart, file }: Resumption): Result<RememberedSearch> {
    const now = this.#source.current;
    const { context, goal } = basis;
    if (context === undefined || now === undefined || sameContext(context, now))
      return accept({ spec, context, guardBand: goal.guardBand, warmStart });
    return refuse({
      code: 'TT_JOURNAL',
      reason:
        'the search of this journal began in another context, where the same configuration does something else',
      place: { file, line: 1, column: 1 },
      found: describeContext(context),
      accepted: describeContext(now),
    });
  }

  /** Keeps what a search found that met its spec, if the context is still the one in which it began. */
  async remember({ spec, context, guardBand }: RememberedSearch, study: Study): Promise<void> {
    const configuration = study.conclusion()?.configuration;
    if (configuration === undefined) return;
    const why = whyNotKept(spec);
    if (why !== undefined) {
      this.#report(`the result is not kept in the library: ${why}`);
      return;
    }
    const now = this.#source.current;
    if (context === undefined || now === undefined) {
      const missing = this.#source.missing.join(', ');
      this.#report(`the result is not kept in the library: nobody tells the context feature ${missing}`);
      return;
    }
    if (!sameContext(context, now)) {
      this.#report('the result is not kept in the library: the context changed during the search');
      return;
    }
    const atMs = Date.now();
    const observations = study.history.flatMap(({ observation }): StoredObservation[] => {
      if (observation === undefined) return [];
      const measured = recounted(observation, spec, (comparison, margin) =>
        unguardedMargin(comparison, margin, guardBand),
      );
      return [{ ...measured, atMs, doubt: 0 }];
    });
    const found = { context, configuration, verifiedMs: atMs, observations };
    await this.#change((library) => withFound(library, identityOf(spec), found));
  }

  /** Keeps what the configuration stored for a context came to when it was measured again, if the robot is still there. */
  async verified(spec: Spec, context: Context, outcome: TrialOutcome): Promise<void> {
    const now = this.#source.current;
    if (now === undefined || !sameContext(context, now)) return;
    const { configuration, evaluation, cut, share } = outcome;
    const atMs = Date.now();
    const fresh: StoredObservation = {
      configuration,
      objective: evaluation.objective,
      ...(spec.tradeOff && { objectives: sharesOf(evaluation) }),
      margins: marginsOf(evaluation),
      ...(cut && { censored: true, share }),
      atMs,
      doubt: 0,
    };
    const problem = identityOf(spec);
    await this.#change((library) =>
      evaluation.met
        ? withFound(library, problem, { context, configuration, verifiedMs: atMs, observations: [fresh] })
        : withFailure(library, problem, context, fresh),
    );
  }

  #load(): Library | undefined {
    return this.#valueOf(this.#file.load());
  }

  async #change(change: (library: Library) => Library): Promise<void> {
    this.#valueOf(await this.#file.update(change));
  }

  #valueOf(library: Result<Library>): Library | undefined {
    if (library.ok) return library.value;
    this.#report(`the library is not used: ${library.refusals.map(formatRefusal).join('; ')}`);
    return undefined;
  }
}

/** Why nothing about a spec can be kept; undefined where it can. */
function whyNotKept({ requirements }: Spec): string | undefined {
  const relative = requirements.find(({ ofBaseline }) => ofBaseline);
  return relative && `${relative.name} asks for a share of the baseline, which is another one in each search`;
}

/** An observation with all margins counted anew. */
function recounted<T extends Observation>(
  observation: T,
  { requirements }: Spec,
  count: (comparison: Requirement['comparison'], margin: number) => number,
): T {
  const margins = requirements.flatMap(({ name, comparison }) => {
    const margin = observation.margins[name];
    return margin === undefined ? [] : [[name, count(comparison, margin)] as const];
  });
  return { ...observation, margins: Object.fromEntries(margins) };
}

/** An objective that nothing is enough of is counted against the baseline, which is another one in each search. */
function withComparableObjective(
  { objective, objectives: parts, ...others }: Observation,
  { objectives }: Spec,
): Observation {
  const isComparable = objectives.every(({ enough }) => enough !== undefined);
  if (!isComparable) return others;
  return {
    ...others,
    ...(objective !== undefined && { objective }),
    ...(parts !== undefined && { objectives: parts }),
  };
}
