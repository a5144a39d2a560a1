import { setTimeout as sleep } from 'node:timers/promises';
import type { Json, RosPeer } from './ros-peer.ts';

const pollMs = 100;

/** Polls until `look` finds something, and returns it; throws after `timeoutMs`. */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 30_000,
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  while (performance.now() < deadlineMs) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await sleep(pollMs);
  }
  throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}`);
}

/** Waits until a tuner has discovered the nodes of its knobs, which takes seconds on a busy machine. */
export async function waitUntilKnobsAreRead(peer: RosPeer, tuner: string): Promise<void> {
  await waitFor(`${tuner} to read its knobs`, async () => {
    const { knobs } = await peer.call('trimtab_msgs/srv/ListKnobs', `${tuner}/list_knobs`);
    return knobs.every(({ value }: Json) => value !== '');
  });
}
