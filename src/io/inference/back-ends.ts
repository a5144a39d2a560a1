import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { type BackEnd, type Placement, placementWord } from '../../core/knobs/placement.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { compiledFile } from '../compiled-file.ts';
import { probeInference } from '../platform/probe/inference.ts';

/** What onnxruntime calls a back end when it is asked for, and in the record of a run. */
export type Provider = { asked: string; recorded: string };

/** Its Node binding has none for the DLA, which is an option of TensorRT that it does not pass on. */
const providers: Record<BackEnd, Provider | undefined> = {
  CPU: { asked: 'cpu', recorded: 'CPUExecutionProvider' },
  CUDA: { asked: 'cuda', recorded: 'CUDAExecutionProvider' },
  TensorRT: { asked: 'tensorrt', recorded: 'TensorrtExecutionProvider' },
  WebGPU: { asked: 'webgpu', recorded: 'WebGpuExecutionProvider' },
  DLA: undefined,
};

/** A back end that networks can be put on here, or why they cannot. */
export type FoundBackEnd = { backEnd: BackEnd; provider: Provider } | { backEnd: BackEnd; reason: string };

/** Every back end. Whether a certain network runs there is known only when it did. */
export function findBackEnds(): FoundBackEnd[] {
  const runtime = dirname(
    createRequire(compiledFile(import.meta.url, 'profile-process')).resolve('onnxruntime-node/package.json'),
  );
  const parts = probeInference({ env: process.env, root: '/' }, runtime);
  return (Object.keys(providers) as BackEnd[]).map((backEnd) => {
    const part = parts.find(({ part: name }) => name === `inference: ${backEnd}`);
    const provider = providers[backEnd];
    if (part?.state !== 'real') return { backEnd, reason: part?.found ?? 'not looked for' };
    return provider ? { backEnd, provider } : { backEnd, reason: 'onnxruntime for Node cannot choose it' };
  });
}

/** Refuses (TT_MODEL_PLACE) a place whose back end is not here, naming those that are. */
export function checkPlace({ word, backEnd }: Placement): Result<Provider> {
  const all = findBackEnds();
  const found = all.find((each) => each.backEnd === backEnd) as FoundBackEnd;
  if ('provider' in found) return accept(found.provider);
  return refuse({
    code: 'TT_MODEL_PLACE',
    reason: `There is no ${backEnd} for networks here: ${found.reason}`,
    found: word,
    accepted: describeHere(all),
  });
}

/** The places that are here, for people. */
export function describeHere(found = findBackEnds()): string {
  const here = found.filter((each) => 'provider' in each).map(({ backEnd }) => placementWord(backEnd));
  return here.includes('cpu') ? `${here.join(', ')}; cpu:2 and so on for more threads` : here.join(', ');
}
