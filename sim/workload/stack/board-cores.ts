import { join } from 'node:path';
import { seededRandom } from '../../../src/core/random.ts';
import { accept, type Result } from '../../../src/core/refusal.ts';
import { openNetwork } from '../../../src/io/inference/index.ts';
import { NoiseImage } from './noise-image.ts';
import { detectorManifest } from './processes.ts';
import { projectScan } from './projection.ts';
import { Room } from './room.ts';
import { Texture } from './texture.ts';

/** Rate of camera and lidar. */
const sourceHz = 60;
/** What receiving, sending and the runtime add to the core nodes' own computing: measured at the sources' full rate, everything else turned down. */
const withTransport = 1.9;
/** The rate for which the budget leaves room beside the core: a sixth of what the detector asks for. */
const detectorRoomHz = 10;
const smallestCores = 0.2;
const warmUps = 10;
const rounds = 5;
const runsPerRound = 20;

/**
 * Cores of this machine on which the stack's default is overloaded and something less is not, whatever this machine's speed: the
 * CPU time of each node's own work for one message is measured here. CPU time, as other work on the machine lengthens it
 * far less than the time on the clock; the least of several rounds, as it does so a little. Refused where the detector's
 * network cannot be opened.
 */
export async function stackBoardCores({
  modelsDir,
  image,
}: {
  modelsDir: string;
  image: { width: number; height: number };
}): Promise<Result<number>> {
  const opened = await openNetwork({ manifestFile: join(modelsDir, detectorManifest) });
  if (!opened.ok) return opened;
  const network = opened.value;
  const camera = new NoiseImage({ ...image, seed: 1 });
  const room = new Room(seededRandom(1));
  const texture = new Texture();
  const coreMs = await leastCpuMs(async () => {
    texture.fineShare(camera.next());
    projectScan(room.scan(0), { heightM: 0.4, tiltRad: 0 });
  });
  const picture = camera.next();
  const detectorMs = await leastCpuMs(async () => void (await network.infer(picture)));
  await network.close();
  const cores = (withTransport * sourceHz * coreMs + detectorRoomHz * detectorMs) / 1000;
  return accept(Math.round(100 * Math.max(smallestCores, cores)) / 100);
}

/** Mean CPU time of one run, all threads together, in the round that took least. */
async function leastCpuMs(run: () => Promise<void>): Promise<number> {
  for (let i = 0; i < warmUps; i++) await run();
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (let i = 0; i < runsPerRound; i++) await run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000 / runsPerRound);
  }
  return least;
}
