import { accept, type Result, refuse } from '../refusal.ts';

/** What can run a network. */
export type BackEnd = 'CPU' | 'CUDA' | 'TensorRT' | 'WebGPU' | 'DLA';

/** Where a network of ours is to run. `threads`: of one inference on the CPU; 1 elsewhere. */
export type Placement = { word: string; backEnd: BackEnd; threads: number };

const backEnds: Record<string, BackEnd> = {
  cpu: 'CPU',
  gpu: 'CUDA',
  tensorrt: 'TensorRT',
  webgpu: 'WebGPU',
  dla0: 'DLA',
  dla1: 'DLA',
};

const mostThreads = 16;
const onSoManyThreads = /^cpu:(?<threads>[1-9]\d?)$/;

/** Every place that a network of ours can be given, for people. */
export const placementWords = `${Object.keys(backEnds).join(', ')}, or cpu with threads: cpu:2 to cpu:${mostThreads}`;

/** The word for a back end, as a placement says it; the CPU on several threads has more than one. */
export function placementWord(backEnd: BackEnd): string {
  return Object.keys(backEnds).find((word) => backEnds[word] === backEnd) as string;
}

/** Reads `cpu`, `cpu:4`, `gpu` and their like; refused with TT_MODEL_PLACE. Whether it is there is another question. */
export function parsePlacement(word: string): Result<Placement> {
  const backEnd = Object.hasOwn(backEnds, word) ? backEnds[word] : undefined;
  if (backEnd !== undefined) return accept({ word, backEnd, threads: 1 });
  const threads = Number(onSoManyThreads.exec(word)?.groups?.threads);
  if (threads <= mostThreads) return accept({ word, backEnd: 'CPU', threads });
  return refuse({
    code: 'TT_MODEL_PLACE',
    reason: 'No network can be placed like this.',
    found: word,
    accepted: placementWords,
  });
}
