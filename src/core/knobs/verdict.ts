import type { Profile } from '../measure/profile.ts';
import { formatNumber } from '../spec/describe.ts';
import type { KnobDeclaration, KnobValue, Verdict } from './knob.ts';
import { formatKnobValue } from './knob-value.ts';

/** Relative scatter of a rate or a CPU share that still counts as the requested value. */
const relativeTolerance = 0.12;
/** A window that begins between two messages counts one more or less, and a little timing jitter. */
const messageTolerance = 1.2;

/** How far a rate measured over `windowMs` may lie from `hz` and still count as it. */
export function rateTolerance(hz: number, windowMs: number): number {
  return Math.max(relativeTolerance * hz, messageTolerance / (windowMs / 1000));
}

/** CPU shares are read in ticks and over unequal windows. */
const cpuToleranceCores = 0.02;
/** From this share of its limit on, a process is held back by the limit. */
const bindingShare = 0.7;
/** Targets that round, such as cpu.max in whole microseconds, hold almost the requested value. */
const readBackTolerance = 1e-3;

/** Whether a value that was written acts only after something that no actuator does. */
function isDeferred({ target, takesEffect }: KnobDeclaration): boolean {
  return takesEffect === 'next-goal' || (takesEffect === 'service' && target.kind !== 'service');
}

/** Whether a target that was asked for one value and says it holds another has taken it. */
export function holds(requested: KnobValue, readBack: KnobValue): boolean {
  if (typeof requested !== 'number' || typeof readBack !== 'number') return requested === readBack;
  return Math.abs(readBack - requested) <= readBackTolerance * Math.max(Math.abs(requested), 1e-9);
}

/**
 * What became of one actuation, from the value that was requested, the value the target says it holds, and a
 * profile of a window that began after the write.
 *
 * `confirmed`: the measured effect is the requested one. `accepted`: the target holds the value, but the
 * window cannot show its effect (nothing measures it, it acts later, or something else limits more).
 * `no-effect`: the target holds the value and the measurement contradicts it.
 */
export function judge(
  declaration: KnobDeclaration,
  requested: KnobValue,
  readBack: KnobValue | undefined,
  profile: Profile,
): Verdict {
  const unread = judgeReadBack(declaration, requested, readBack);
  if (unread !== undefined) return unread;
  const { confirm } = declaration;
  const held = formatKnobValue(declaration, requested);
  if (confirm === undefined || typeof requested !== 'number') {
    return { outcome: 'accepted', achieved: plain(requested), evidence: `the target holds ${held}` };
  }
  const seen =
    confirm.metric === 'process-cpu'
      ? judgeCpu(confirm.process, requested, profile)
      : judgeRate(declaration, confirm.topic, confirm.relation, requested, profile);
  if (seen.outcome === 'no-effect' && isDeferred(declaration)) {
    return {
      ...seen,
      outcome: 'accepted',
      evidence: `${seen.evidence}; it takes effect by ${declaration.takesEffect}`,
    };
  }
  return seen;
}

/** Rejected or unreachable by what the target says it holds; undefined when it holds the requested value. */
export function judgeReadBack(
  declaration: KnobDeclaration,
  requested: KnobValue,
  readBack: KnobValue | undefined,
): Extract<Verdict, { reason: string }> | undefined {
  if (readBack === undefined) {
    return { outcome: 'unreachable', reason: `${declaration.name} could not be read back` };
  }
  if (holds(requested, readBack)) return undefined;
  const asked = formatKnobValue(declaration, requested);
  const held = formatKnobValue(declaration, readBack);
  return { outcome: 'rejected', reason: `asked for ${asked}, the target holds ${held}` };
}

type Seen = Extract<Verdict, { evidence: string }>;

function judgeRate(
  { target }: KnobDeclaration,
  topic: string,
  relation: 'equals' | 'at-most',
  requestedHz: number,
  profile: Profile,
): Seen {
  const measuredHz = rateOf(topic, profile);
  if (measuredHz === undefined) return unmeasured(requestedHz, topic);
  const tolerance = (hz: number) => rateTolerance(hz, profile.windowMs);
  const sees = `${topic} runs at ${hertz(measuredHz)}, asked for ${relation === 'at-most' ? 'at most ' : ''}${hertz(requestedHz)}`;
  if (measuredHz > requestedHz + tolerance(requestedHz)) {
    return { outcome: 'no-effect', achieved: measuredHz, evidence: sees };
  }
  if (measuredHz >= requestedHz - tolerance(requestedHz)) {
    return { outcome: 'confirmed', achieved: measuredHz, evidence: sees };
  }
  if (relation === 'equals') return { outcome: 'no-effect', achieved: measuredHz, evidence: sees };
  const sourceHz = target.kind === 'throttle' ? rateOf(target.from, profile) : undefined;
  if (sourceHz === undefined) {
    return { outcome: 'accepted', achieved: measuredHz, evidence: `${sees}; something else limits it` };
  }
  const passesAll = sourceHz < requestedHz && Math.abs(measuredHz - sourceHz) <= tolerance(sourceHz);
  const source = `its source runs at ${hertz(sourceHz)}`;
  return passesAll
    ? { outcome: 'confirmed', achieved: measuredHz, evidence: `${sees}; ${source}, all of it passes` }
    : {
        outcome: 'accepted',
        achieved: measuredHz,
        evidence: `${sees}; ${source}, so something else limits it`,
      };
}

function judgeCpu(process: string, limitCores: number, profile: Profile): Seen {
  const measured = profile.processes.find(({ name }) => name === process)?.cpuCores;
  if (measured === undefined) return unmeasured(limitCores, process);
  const sees = `${process} uses ${formatNumber(measured, 3)} of at most ${formatNumber(limitCores, 3)} cores`;
  if (measured > limitCores * (1 + relativeTolerance) + cpuToleranceCores) {
    return { outcome: 'no-effect', achieved: measured, evidence: sees };
  }
  return measured >= limitCores * bindingShare
    ? { outcome: 'confirmed', achieved: measured, evidence: sees }
    : { outcome: 'accepted', achieved: measured, evidence: `${sees}; it does not need its limit` };
}

function rateOf(topic: string, profile: Profile): number | undefined {
  return profile.topics.find((stats) => stats.topic === topic)?.rateHz;
}

function unmeasured(requested: number, what: string): Seen {
  return { outcome: 'accepted', achieved: requested, evidence: `nothing measured ${what} in the window` };
}

/** A measured rate, for people. */
export function hertz(value: number): string {
  return `${formatNumber(value, 3)} Hz`;
}

/** A value as a verdict tells it. */
export function plain(value: KnobValue): number | string {
  return typeof value === 'boolean' ? String(value) : value;
}
