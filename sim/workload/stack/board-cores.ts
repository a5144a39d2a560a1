import { join } from 'node:path';
import { seededRandom } from '../../../src/core/random.ts';
import { accept, type Result } from '../../../src/core/refusal.ts';
import { openNetwork } from '../../../src/io/inference/index.ts';
import { NoiseImage } from './noise-image.ts';
import { projectScan } from './projection.ts';
import { Room } from './room.ts';
import { Texture } from './texture.ts';

/** Rate of camera and lidar. */
const sourceHz = 60;
/** The budget as a multiple of what the nodes' own computing would take at the sources' full rate; transport comes on top of that. */
const budgetPerDemand = 0.9;
const smallestCores = 0.2;
const warmUps = 10;
const rounds = 5;
const runsPerRound = 20;

/**
 * Cores of this machine on which the stack's default is overloaded and something less is not, whatever this machine's speed: the
 * work of each node for one message is timed here. The quickest of several rounds counts, as other work on the machine only
 * ever makes it slower. Refused where the detector's network cannot be opened.
 */
export async function stackBoardCores({
  modelsDir,
  image,
}: {
  modelsDir: string;
  image: { width: number; height: number };
}): Promise<Result<number>> {
  const opened = await openNetwork({ manifestFile: join(modelsDir, 'vest.json') });
  if (!opened.ok) return opened;
  const network = opened.value;
  const camera = new NoiseImage({ ...image, seed: 1 });
  const room = new Room(seededRandom(1));
  const texture = new Texture();
  const mount = { heightM: 0.4, tiltRad: 0 };
  const perMessageMs = await quickestMs(async () => {
    const picture = camera.next();
    texture.fineShare(picture);
    projectScan(room.scan(0), mount);
    await network.infer(picture);
  });
  await network.close();
  const demandCores = (sourceHz * perMessageMs) / 1000;
  return accept(Math.round(100 * Math.max(smallestCores, budgetPerDemand * demandCores)) / 100);
}

/** Mean time of one run in the quickest round. */
async function quickestMs(run: () => Promise<void>): Promise<number> {
  for (let i = 0; i < warmUps; i++) await run();
  let quickest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const startMs = performance.now();
    for (let i = 0; i < runsPerRound; i++) await run();
    quickest = Math.min(quickest, (performance.now() - startMs) / runsPerRound);
  }
  return quickest;
}
