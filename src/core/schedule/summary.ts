import type { FateRecord } from './ledger.ts';
import { type Fate, fates } from './task.ts';

/** How QoE is judged: the share of a model's tasks in each window of time that must be on time (GEMS, arXiv 2412.20860). */
export type QoeRule = { windowMs: number; required: number };

/** What a summary goes by. */
export type SummaryOptions = {
  qoe: QoeRule;
  /** Points that a window of this model earns when it meets the rule. */
  bonus: (model: string) => number;
  /** How long after its creation a task may still end and be counted in its window; one that takes longer opens the window anew. */
  longestLifeMs: number;
};

/** What a stretch of a run came to. */
export type RunSummary = {
  ended: number;
  fates: Partial<Record<Fate, number>>;
  onTimePercent: number;
  utility: number;
  /** Mean quality of the results on time; 0 where there are none. */
  meanQuality: number;
  /** Windows of QoE that were judged, the share that met the rule, and the published bonus of those. */
  qoeWindows: number;
  qoeMetPercent: number;
  qoeBonus: number;
  /** Jain's index of the drones' shares on time: 1 when all are served alike, 1/n when one alone is. */
  fairness: number;
  byModel: Record<string, Tally>;
  byDrone: Record<string, Tally>;
};

/** Tasks that ended, those on time, and their points. */
export type Tally = { ended: number; onTime: number; utility: number };

type Window = { index: number; onTime: number; ended: number };

/**
 * Adds up a run from its tasks' ends, in memory that depends on drones and models but not on the number of tasks.
 * Windows of QoE go by when a task was created; one is judged when its last task can have ended.
 */
export class Summary {
  readonly #rule: QoeRule;
  readonly #bonus: (model: string) => number;
  readonly #longestLifeMs: number;
  readonly #fates: Partial<Record<Fate, number>> = {};
  readonly #byModel = new Map<string, Tally>();
  readonly #byDrone = new Map<string, Tally>();
  readonly #windows = new Map<string, Map<string, Window[]>>();
  #total: Tally = { ended: 0, onTime: 0, utility: 0 };
  #quality = 0;
  #judged = 0;
  #met = 0;
  #bonusPoints = 0;

  constructor({ qoe, bonus, longestLifeMs }: SummaryOptions) {
    this.#rule = qoe;
    this.#bonus = bonus;
    this.#longestLifeMs = longestLifeMs;
  }

  /** Counts one end; `edge` says whose windows it counts in. */
  add({ task, fate, atMs, utility, variant }: FateRecord, edge: string): void {
    const onTime = fate === 'on-time-edge' || fate === 'on-time-cloud';
    this.#fates[fate] = (this.#fates[fate] ?? 0) + 1;
    if (onTime) this.#quality += variant?.quality ?? 1;
    count(this.#total, onTime, utility);
    count(tallyOf(this.#byModel, task.model), onTime, utility);
    count(tallyOf(this.#byDrone, task.source), onTime, utility);
    const windows = this.#windowsOf(edge, task.model);
    addToWindow(windows, Math.floor(task.createdMs / this.#rule.windowMs), onTime);
    const over = windows.findIndex(
      ({ index }) => (index + 1) * this.#rule.windowMs + this.#longestLifeMs > atMs,
    );
    for (const window of windows.splice(0, over)) this.#judge(window, task.model);
  }

  /** Judges the windows that are still open and gives the result; call it once, at the end. */
  finish(): RunSummary {
    for (const models of this.#windows.values())
      for (const [model, windows] of models) for (const window of windows) this.#judge(window, model);
    const { ended, onTime, utility } = this.#total;
    return {
      ended,
      fates: Object.fromEntries(
        fates.flatMap((fate) => (this.#fates[fate] === undefined ? [] : [[fate, this.#fates[fate]]])),
      ),
      onTimePercent: ended === 0 ? 0 : (100 * onTime) / ended,
      utility,
      meanQuality: onTime === 0 ? 0 : this.#quality / onTime,
      qoeWindows: this.#judged,
      qoeMetPercent: this.#judged === 0 ? 0 : (100 * this.#met) / this.#judged,
      qoeBonus: this.#bonusPoints,
      fairness: jainIndex([...this.#byDrone.values()].map((drone) => drone.onTime / drone.ended)),
      byModel: Object.fromEntries(this.#byModel),
      byDrone: Object.fromEntries(this.#byDrone),
    };
  }

  /** The open windows of a model on an edge. */
  #windowsOf(edge: string, model: string): Window[] {
    let models = this.#windows.get(edge);
    if (models === undefined) {
      models = new Map();
      this.#windows.set(edge, models);
    }
    let windows = models.get(model);
    if (windows === undefined) {
      windows = [];
      models.set(model, windows);
    }
    return windows;
  }

  #judge({ onTime, ended }: Window, model: string): void {
    this.#judged++;
    if (onTime / ended < this.#rule.required) return;
    this.#met++;
    this.#bonusPoints += this.#bonus(model);
  }
}

/** Jain's fairness index, (Σx)² / (n·Σx²); 1 when there is nothing to share. */
export function jainIndex(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? 1 : (sum * sum) / (shares.length * squares);
}

function addToWindow(windows: Window[], index: number, onTime: boolean): void {
  let window = windows[windows.length - 1];
  if (window?.index !== index) window = windows.find((each) => each.index === index);
  if (window === undefined) {
    window = { index, onTime: 0, ended: 0 };
    windows.push(window);
  }
  window.ended++;
  if (onTime) window.onTime++;
}

function count(tally: Tally, onTime: boolean, utility: number): void {
  tally.ended++;
  if (onTime) tally.onTime++;
  tally.utility += utility;
}

function tallyOf(tallies: Map<string, Tally>, key: string): Tally {
  const known = tallies.get(key);
  if (known !== undefined) return known;
  const tally = { ended: 0, onTime: 0, utility: 0 };
  tallies.set(key, tally);
  return tally;
}
