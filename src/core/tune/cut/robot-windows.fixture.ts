import type { Profile } from '../../measure/profile.ts';
import { TopicWindow } from '../../measure/topic-window.ts';
import { normal, type Random } from '../../random.ts';
import { evaluate, type References } from '../../spec/evaluate.ts';
import { profileOf } from '../../spec/profile-fixture.ts';
import type { Spec } from '../../spec/spec.ts';
import { lookEveryMs, surelyBroken } from './surely-broken.ts';

/** Draws the next interval of a topic whose mean interval is 1. */
export type Traffic = (random: Random) => number;

/** How messages come on robots. */
export const traffic = {
  steady: () => 1,
  jittery: (random) => Math.max(0.1, 1 + 0.1 * normal(random)),
  /** The service time of a loaded process, of variation 0.5. */
  loaded: (random) => {
    const gamma = -Math.log(
      (1 - random.next()) * (1 - random.next()) * (1 - random.next()) * (1 - random.next()),
    );
    return gamma / 4;
  },
  independent: (random) => -Math.log(1 - random.next()),
  /** One interval in twenty is six times as long, as when a process is swapped out. */
  stalling: (random) => (random.next() < 0.05 ? 6 : 1) / 1.25,
} as const satisfies Record<string, Traffic>;

/** A window of traffic at `hz`, as the profiler sees it at a time since its beginning. */
export function topicWindow(traffic: Traffic, hz: number, windowMs: number, random: Random) {
  // Heard before, as a profiler takes the silence before the first message for the middleware's.
  const window = new TopicWindow({ topic: 'core', sinceMs: -1000 });
  window.record({ arrivalMs: -999, stampMs: undefined, bytes: 1 });
  // In the middle of an interval, as a window begins when it likes.
  let atMs = (-traffic(random) * random.next() * 1000) / hz;
  for (; atMs < windowMs; atMs += (traffic(random) * 1000) / hz)
    if (atMs > 0) window.record({ arrivalMs: atMs, stampMs: undefined, bytes: 1 });
  return (elapsedMs: number): Profile => {
    const profile = profileOf({ windowMs: elapsedMs, rates: { core: hz } });
    const { lostCounted: _, skipped: __, ...stats } = window.stats(elapsedMs, elapsedMs);
    return { ...profile, topics: [{ ...stats, type: '', lost: 0, loss: '' }] };
  };
}

/** What becomes of one window: when it would have been cut, and whether it meets everything at its end all the same. */
export function playWindow(options: {
  spec: Spec;
  at: (elapsedMs: number) => Profile;
  windowMs: number;
  risk: number;
  references?: References;
}): { met: boolean; cutMs: number | undefined } {
  const { spec, at, windowMs, risk, references = {} } = options;
  const met = evaluate(spec, at(windowMs), references).met;
  const looks: Profile[] = [];
  for (let elapsedMs = lookEveryMs; elapsedMs < windowMs; elapsedMs += lookEveryMs) {
    looks.push(at(elapsedMs));
    if (surelyBroken({ spec, references, looks, windowMs, risk })) return { met, cutMs: elapsedMs };
  }
  return { met, cutMs: undefined };
}
