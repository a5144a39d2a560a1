import { describe, expect, it } from 'vitest';
import { type BackEnd, parsePlacement, placementWord } from './placement.ts';

describe('a placement', () => {
  it.each([
    ['cpu', 'CPU', 1],
    ['cpu:1', 'CPU', 1],
    ['cpu:16', 'CPU', 16],
    ['gpu', 'CUDA', 1],
    ['tensorrt', 'TensorRT', 1],
    ['webgpu', 'WebGPU', 1],
    ['dla0', 'DLA', 1],
    ['dla1', 'DLA', 1],
  ])('%s is a back end and a number of threads', (word, backEnd, threads) => {
    expect(parsePlacement(word)).toEqual({ ok: true, value: { word, backEnd, threads } });
  });

  it.each([
    '',
    'CPU',
    'cuda',
    'cpu:',
    'cpu:0',
    'cpu:17',
    'cpu:99',
    'cpu:1.5',
    'gpu:2',
    'dla',
    'dla2',
    'toString',
  ])('is refused as %j, with what would do', (word) => {
    expect(parsePlacement(word)).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_MODEL_PLACE', found: word, accepted: expect.stringContaining('cpu:2') }],
    });
  });

  it('has a word for every back end that is read as it again', () => {
    for (const backEnd of ['CPU', 'CUDA', 'TensorRT', 'WebGPU', 'DLA'] satisfies BackEnd[])
      expect(parsePlacement(placementWord(backEnd))).toMatchObject({ value: { backEnd } });
  });
});
