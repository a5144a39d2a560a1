import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningStack } from '../../sim/workload/stack/running-stack.ts';
import type { Robot } from './robot.ts';

/** The rate for which the budget leaves the detector room: a twelfth of what it is sent by default. */
const detectorRoomHz = 5;
/** Of the camera, and so of the core service where nothing holds it back; and the least that counts as that. */
const fullRateHz = 60;
const nearlyFullHz = 0.95 * fullRateHz;
const settleS = 5;
const windowS = 10;

/**
 * CPU budget in cores on which the stack's default is overloaded and something less is not, whatever this machine's speed: what the
 * robot's processes take of a stack that has the whole machine, everything at its full rate but the detector, which gets 5 images
 * per second. Measured on the running stack, as transport costs more than the nodes' own computing. Throws where the machine
 * does not come to the full rate.
 */
export async function boardCores(stack: RunningStack, robot: Robot): Promise<number> {
  const full = await robot.configuration();
  await robot.apply({ ...full, 'throttle detector/image_raw': detectorRoomHz });
  await sleep(1000 * settleS);
  const beforeMs = usedMs(stack);
  const startMs = performance.now();
  await sleep(1000 * windowS);
  const cores = (usedMs(stack) - beforeMs) / (performance.now() - startMs);
  const [core] = (await robot.measure(windowS)).requirements;
  const reachedHz = core?.measured ?? 0;
  if (reachedHz < nearlyFullHz)
    throw new Error(
      `the budget cannot be sized: with the whole machine the core service reaches ${reachedHz.toFixed(1)} of ${fullRateHz} Hz; the machine is too busy, or the images are too large (--image)`,
    );
  return Math.round(100 * cores) / 100;
}

function usedMs(stack: RunningStack): number {
  return Object.values(stack.usageMs()).reduce((sum, ms) => sum + ms, 0);
}
