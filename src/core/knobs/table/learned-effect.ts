import { type Configuration, type KnobDeclaration, nodeParameter, type Verdict } from '../knob.ts';
import { ownName } from './patterns.ts';

/** How often each outcome was seen. */
export type OutcomeCounts = Partial<Record<Verdict['outcome'], number>>;

/**
 * What measurements said about one parameter. A node is known by its own name, without namespace: every robot of
 * a fleet, and every restart, adds to the same record.
 */
export type LearnedEffect = {
  node: string;
  parameter: string;
  /** The ROS distribution it was seen on, as nodes differ between them. */
  distro: string;
  counts: OutcomeCounts;
  /** First and last observation, in milliseconds of the Unix epoch. */
  firstMs: number;
  lastMs: number;
};

/** What the counts come to. One confirmation is enough: a knob that acted once acts. */
export type LearnedVerdict = 'acts' | 'no-effect' | 'rejected' | 'undecided';

/** One record for each node, parameter and distribution, in the order of their first mention. */
export function mergeLearned(effects: readonly LearnedEffect[]): LearnedEffect[] {
  const merged = new Map<string, LearnedEffect>();
  for (const effect of effects) {
    const key = JSON.stringify([effect.node, effect.parameter, effect.distro]);
    const before = merged.get(key);
    merged.set(key, before === undefined ? effect : together(before, effect));
  }
  return [...merged.values()];
}

function together(a: LearnedEffect, b: LearnedEffect): LearnedEffect {
  const outcomes = new Set([...Object.keys(a.counts), ...Object.keys(b.counts)] as Verdict['outcome'][]);
  const counts: OutcomeCounts = {};
  for (const outcome of outcomes) counts[outcome] = (a.counts[outcome] ?? 0) + (b.counts[outcome] ?? 0);
  return {
    ...a,
    counts,
    firstMs: Math.min(a.firstMs, b.firstMs),
    lastMs: Math.max(a.lastMs, b.lastMs),
  };
}

/**
 * What counts come to: `acts` when it was ever confirmed, else `no-effect` when a measurement contradicted it,
 * else `rejected` when the node refused it. Values that were only accepted, and nodes that did not answer,
 * decide nothing.
 */
export function learnedVerdict(counts: OutcomeCounts): LearnedVerdict {
  if ((counts.confirmed ?? 0) > 0) return 'acts';
  if ((counts['no-effect'] ?? 0) > 0) return 'no-effect';
  return (counts.rejected ?? 0) > 0 ? 'rejected' : 'undecided';
}

const decisive = {
  acts: 'confirmed',
  'no-effect': 'no-effect',
  rejected: 'rejected',
  undecided: 'accepted',
} as const satisfies Record<LearnedVerdict, Verdict['outcome']>;

/** For people: `no effect (3 of 4)`, how many of all observations said so. */
export function describeLearned(counts: OutcomeCounts): string {
  const verdict = learnedVerdict(counts);
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return `${verdict.replace('-', ' ')} (${counts[decisive[verdict]] ?? 0} of ${all})`;
}

/** The record of one parameter, when there is one. */
export function learnedAbout(
  effects: readonly LearnedEffect[],
  { node, parameter, distro }: { node: string; parameter: string; distro: string | undefined },
): LearnedEffect | undefined {
  return effects.find(
    (effect) => effect.node === ownName(node) && effect.parameter === parameter && effect.distro === distro,
  );
}

/** So often a parameter must have been seen to do nothing, or to refuse its value, until it is not worth a trial. */
const seenOften = 3;

/**
 * The knobs of a spec that are not worth trials, each with what says so: those whose effect nobody has described, and that
 * measurements have never shown to act but often to do nothing or to refuse their value. None where that leaves nothing
 * to turn.
 */
export function notWorthTrials(
  knobs: readonly KnobDeclaration[],
  effects: readonly LearnedEffect[],
  distro: string,
): { name: string; measured: string }[] {
  const idle = knobs.flatMap(({ name, target, takesEffect }) => {
    const turned = nodeParameter(target);
    const counts = turned && learnedAbout(effects, { ...turned, distro })?.counts;
    if (takesEffect !== 'unknown' || !counts || !isIdle(counts)) return [];
    return [{ name, measured: describeLearned(counts) }];
  });
  return idle.length < knobs.length ? idle : [];
}

/** A value that was ever held may be refused for what it is; one contradiction may have been an overload. */
function isIdle(counts: OutcomeCounts): boolean {
  const { rejected = 0, accepted = 0 } = counts;
  const verdict = learnedVerdict(counts);
  if (verdict === 'no-effect') return (counts['no-effect'] ?? 0) >= seenOften;
  return verdict === 'rejected' && accepted === 0 && rejected >= seenOften;
}

/** What the knobs hold that a search leaves alone. */
export function heldOut(inForce: Configuration, idle: readonly { name: string }[]): Configuration {
  return Object.fromEntries(
    idle.flatMap(({ name }) => (inForce[name] === undefined ? [] : [[name, inForce[name]]])),
  );
}

/** What one measured configuration teaches about its parameters; other knobs are no node's. */
export function learnedFrom(options: {
  knobs: readonly KnobDeclaration[];
  verdicts: readonly { name: string; verdict: Pick<Verdict, 'outcome'> }[];
  distro: string;
  nowMs: number;
}): LearnedEffect[] {
  const { knobs, verdicts, distro, nowMs } = options;
  return verdicts.flatMap(({ name, verdict }) => {
    const target = knobs.find((knob) => knob.name === name)?.target;
    const turned = target && nodeParameter(target);
    if (turned === undefined) return [];
    const { node, parameter } = turned;
    const counts = { [verdict.outcome]: 1 };
    return [{ node: ownName(node), parameter, distro, counts, firstMs: nowMs, lastMs: nowMs }];
  });
}
