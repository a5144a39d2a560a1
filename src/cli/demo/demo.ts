import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { resolveNames } from '../../core/spec/resolve-names.ts';
import type { Spec } from '../../core/spec/spec.ts';
import type { DemoReport, TrialResult } from '../../io/report/index.ts';
import { readSpecFile } from '../../io/spec-file.ts';
import type { Message } from '../../ros/index.ts';
import type { ProgressLine } from '../terminal/index.ts';
import { boardCores } from './board.ts';
import { DemoGraph, during, type LinkConditions } from './graph.ts';
import { planDemo } from './plan.ts';
import { realParts } from './real-parts.ts';
import { buildReport, type MeasuredRun } from './report.ts';
import { Stage } from './stage.ts';
import { trialFromMessage } from './trial-log.ts';

const goodLink: LinkConditions = { delay_ms: 15, jitter_ms: 3, loss: 0, bandwidth_mbps: 20 };
const badLink: LinkConditions = { delay_ms: 250, jitter_ms: 120, loss: 0.1, bandwidth_mbps: 1.5 };
const linkLabel = ({ delay_ms, loss, bandwidth_mbps }: LinkConditions) =>
  `${delay_ms} ms, ${loss * 100} % loss, ${bandwidth_mbps} Mbit/s`;
/** After a start, a change of configuration and the walk's restart, before a run is measured: all three leave a transient. */
const settleS = 1.5;

/** What the demo is asked for. */
export type DemoOptions = {
  seconds: number;
  seed: number;
  /** The robot's CPU budget; undefined: as small as the demo's story wants it, see {@link boardCores}. */
  cores: number | undefined;
  specFile: string;
  modelsDir: string;
  command: string;
  progress: ProgressLine;
  signal: AbortSignal;
};

/** The main job in four acts: everything starts, the default is measured, the tuner works, the tuned robot is measured. */
export class Demo {
  readonly #options: DemoOptions;
  readonly #stage: Stage;
  readonly #breakOff = new AbortController();
  readonly #phases: { name: string; seconds: number }[] = [];
  #failures: Refusal[] = [];
  #graph: DemoGraph | undefined;

  constructor(options: DemoOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#breakOff.abort(), { once: true });
    this.#stage = new Stage({
      onFailure: (refusals) => {
        this.#failures.push(...refusals);
        this.#breakOff.abort();
      },
    });
  }

  /** Runs all of it. A refusal says which act failed and why. */
  async run(): Promise<Result<DemoReport>> {
    const startedAt = new Date();
    const plan = planDemo(this.#options.seconds);
    const spec = readSpecFile(this.#options.specFile);
    if (!spec.ok) return spec;

    const started = await this.#phase('start', 10, () => this.#start());
    if (!started.ok) return started;
    const defaultRun = await this.#phase('default', plan.defaultS + settleS, () =>
      this.#measure(plan.defaultS),
    );
    if (!defaultRun.ok) return defaultRun;
    const trials = await this.#phase('tune', plan.tuneS, () => this.#tune(plan));
    if (!trials.ok) return trials;
    const link = [{ t_s: 0, label: linkLabel(goodLink), bad: false }];
    const tunedRun = await this.#phase('tuned', plan.tunedS + settleS, () =>
      this.#measure(plan.tunedS, async (elapsedS) => {
        const wanted = elapsedS >= plan.badLink.fromS && elapsedS < plan.badLink.toS;
        if (wanted === link.at(-1)?.bad) return;
        const conditions = wanted ? badLink : goodLink;
        await this.#graph?.setLink(conditions);
        link.push({ t_s: elapsedS, label: linkLabel(conditions), bad: wanted });
      }),
    );
    if (!tunedRun.ok) return tunedRun;
    return accept(
      this.#report({
        startedAt,
        spec: resolveNames(spec.value, '/'),
        defaultRun: defaultRun.value,
        tunedRun: tunedRun.value,
        trials: trials.value,
        link,
      }),
    );
  }

  /** Ends everything that was started; returns what could not be taken away. */
  async close(): Promise<string[]> {
    this.#graph?.close();
    return this.#stage.close();
  }

  async #phase<T>(name: string, expectedSeconds: number, act: () => Promise<Result<T>>): Promise<Result<T>> {
    this.#options.progress.begin(name, { expectedSeconds });
    const startMs = performance.now();
    const result = await act();
    this.#phases.push({ name, seconds: (performance.now() - startMs) / 1000 });
    if (result.ok) this.#options.progress.done();
    if (this.#failures.length > 0) return refuse(...during(name, this.#failures));
    return result.ok ? result : refuse(...during(name, result.refusals));
  }

  async #start(): Promise<Result<void>> {
    const { progress } = this.#options;
    progress.update({ note: 'how fast is this machine?' });
    const { cores: wanted, modelsDir } = this.#options;
    const cores = wanted === undefined ? await boardCores(modelsDir) : accept(wanted);
    if (!cores.ok) return cores;
    const opened = await this.#stage.open(
      { ...this.#options, cores: cores.value },
      (note, fraction) => progress.update({ note, fraction }),
      this.#breakOff.signal,
    );
    if (!opened.ok) return opened;
    this.#graph = await DemoGraph.open();
    const link = await this.#graph.setLink(goodLink);
    if (!link.ok) return link;
    progress.update({ note: this.#stage.budget.description });
    return accept(undefined);
  }

  async #measure(
    seconds: number,
    during?: (elapsedS: number) => Promise<void>,
  ): Promise<Result<MeasuredRun>> {
    const graph = this.#graph as DemoGraph;
    const restarted = await graph.restartWalk();
    if (!restarted.ok) return restarted;
    await this.#wait(settleS);
    const recorder = graph.startRun();
    const startMs = performance.now();
    for (let elapsedS = 0; elapsedS < seconds; elapsedS = (performance.now() - startMs) / 1000) {
      if (this.#breakOff.signal.aborted) return refuse(cancelled);
      await during?.(elapsedS);
      const { meanTrackingErrorM } = recorder;
      this.#options.progress.update({
        note: Number.isFinite(meanTrackingErrorM)
          ? `${meanTrackingErrorM.toFixed(2)} m from the ideal place`
          : '',
      });
      await this.#wait(Math.min(0.5, seconds - elapsedS));
    }
    graph.endRun();
    const profile = await graph.profile(seconds);
    const knobs = await graph.knobs();
    if (!profile.ok) return profile;
    if (!knobs.ok) return knobs;
    return accept({ profile: profile.value, recorder, seconds, knobs: knobs.value });
  }

  /** A search that finds nothing is not the end: the report shows it, and the exit code tells. */
  async #tune({ maxTrials, tuneS }: { maxTrials: number; tuneS: number }): Promise<Result<TrialResult[]>> {
    const trials: TrialResult[] = [];
    const onFeedback = ({ phase, trial, best_score }: Message) => {
      if (phase === 'done') trials.push(trialFromMessage(trial));
      const note = `trial ${trial.number + 1} of at most ${maxTrials}: ${phase}${best_score >= 0.5 ? `, best score ${best_score.toFixed(2)}` : ', nothing feasible yet'}`;
      this.#options.progress.update({ note, fraction: trial.number / maxTrials });
    };
    const result = await (this.#graph as DemoGraph).tune(
      { trials: maxTrials, seconds: tuneS, seed: this.#options.seed },
      onFeedback,
      this.#breakOff.signal,
    );
    if (!result.ok) return result;
    const { success, code, message } = result.value;
    if (!success && code !== 'TT_NO_FEASIBLE')
      return refuse({ code, reason: message.replaceAll(` [${code}]`, '') });
    this.#options.progress.update({ note: success ? `${trials.length} trials` : message });
    return accept(trials);
  }

  async #wait(seconds: number): Promise<void> {
    if (seconds <= 0) return;
    // An aborted wait is followed by a look at the signal; it needs no handling here.
    await sleep(seconds * 1000, undefined, { signal: this.#breakOff.signal }).catch(() => undefined);
  }

  #report(found: {
    startedAt: Date;
    spec: Spec;
    defaultRun: MeasuredRun;
    tunedRun: MeasuredRun;
    trials: TrialResult[];
    link: { t_s: number; label: string; bad: boolean }[];
  }): DemoReport {
    const { seed, command, specFile } = this.#options;
    const root = process.env.TRIMTAB_ROOT ?? process.cwd();
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return buildReport({
      ...found,
      version,
      seed,
      command,
      specFile: specFile.replace(`${root}/`, ''),
      schedulerStats: (this.#graph as DemoGraph).schedulerStats ?? {
        created: 0n,
        pending: 0n,
        fates: [],
        utility: 0,
      },
      real: realParts({ brokerKind: this.#stage.brokerKind, budget: this.#stage.budget }),
      phases: this.#phases,
      budget: this.#stage.budget.description,
    });
  }
}

const cancelled: Refusal = { code: 'TT_CANCELLED', reason: 'the demo was broken off' };
