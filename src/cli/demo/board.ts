import { join } from 'node:path';
import { accept, type Result } from '../../core/refusal.ts';
import { openNetwork } from '../../io/inference/index.ts';

/** The camera's default rate, which overloads the board. */
const cameraHz = 30;
/** Share of the board that the detector's network takes at that rate; with everything else the board has twice too much to do. */
const detectorShare = 0.31;
const smallestCores = 0.2;
const largestCores = 1.5;
const warmUps = 10;
const rounds = 5;
const inferencesPerRound = 20;

/**
 * Cores of this machine that make a board as small as the demo's story wants it, whatever this machine's speed: the
 * detector's network is timed here, and the board is so small that the network alone takes 31 % of it at 30 Hz. The
 * quickest of several rounds counts, as other work on the machine only ever makes it slower.
 */
export async function boardCores(modelsDir: string): Promise<Result<number>> {
  const opened = await openNetwork({ manifestFile: join(modelsDir, 'vest.json') });
  if (!opened.ok) return opened;
  const network = opened.value;
  const { width, height } = network.manifest.input;
  const input = new Uint8Array(width * height * 3).fill(128);
  const run = async (count: number): Promise<number> => {
    const startMs = performance.now();
    for (let i = 0; i < count; i++) await network.inferInput(input);
    return (performance.now() - startMs) / count;
  };
  await run(warmUps);
  let perFrameMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++)
    perFrameMs = Math.min(perFrameMs, await run(inferencesPerRound));
  await network.close();
  const cores = (cameraHz * perFrameMs) / 1000 / detectorShare;
  return accept(Math.round(100 * Math.min(largestCores, Math.max(smallestCores, cores))) / 100);
}
