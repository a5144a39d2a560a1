import { describe, expect, it } from 'vitest';
import type { Detection, RgbImage } from '../../core/perception/detection.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import type { ExecutionOutcome, Task, Variant } from '../../core/schedule/index.ts';
import type { CloudResult } from '../../io/cloud/index.ts';
import type { TaskMessage } from '../../io/cloud/protocol.ts';
import type { Network } from '../../io/inference/index.ts';
import { CloudExecutor, EdgeExecutor } from './executors.ts';

const task: Task = { id: 7, source: 'camera', model: 'crowd', createdMs: 1000, deadlineMs: 1400 };
const image: RgbImage = { width: 2, height: 1, data: Uint8Array.from([1, 2, 3, 4, 5, 6]) };
const large: Variant = { id: 'people_large', edgeMs: 100, cloudMs: 200, quality: 1 };
const small: Variant = { id: 'people_small', edgeMs: 20, cloudMs: 80, quality: 0.7 };

/** A network that finds itself, by its name, and takes an input of its own size. */
function networkOf({ model }: Task, { id }: Variant): Network {
  const found: Detection = {
    label: `${id} of ${model}`,
    score: 1,
    centerX: 0.5,
    centerY: 0.5,
    width: 1,
    height: 1,
  };
  const width = id === small.id ? 4 : 8;
  return {
    manifest: { input: { name: 'image', width, height: 2 } },
    prepare: () => new Uint8Array(width * 2 * 3),
    infer: async () => {
      if (id === 'broken') throw new Error('the network broke');
      return { detections: [found], inferenceMs: 1 };
    },
  } as unknown as Network;
}

const outcomeOf = (run: (done: (outcome: ExecutionOutcome<Detection[]>) => void) => void) =>
  new Promise<ExecutionOutcome<Detection[]>>(run);

describe('the edge executor', () => {
  const edge = new EdgeExecutor(networkOf);
  const runAs = (variant: Variant) => outcomeOf((done) => edge.execute(task, { image }, done, variant));

  it.each([large, small])('runs the network of the variant that was chosen: $id', async (variant) => {
    expect(await runAs(variant)).toMatchObject({
      kind: 'result',
      value: [{ label: `${variant.id} of crowd` }],
    });
  });

  it('answers with the reason where the network fails', async () => {
    const outcome = await runAs({ ...large, id: 'broken' });
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('the network broke') });
  });
});

describe('the cloud executor', () => {
  const sentAs = async (variant: Variant, answer: Result<CloudResult>) => {
    const sent: TaskMessage[] = [];
    const client = {
      submit: (message: TaskMessage) => {
        sent.push(message);
        return Promise.resolve(answer);
      },
    };
    const cloud = new CloudExecutor({ networkOf, client, clock: { nowMs: () => 1100 } });
    const outcome = await outcomeOf((done) => cloud.execute(task, { image }, done, variant));
    return { message: sent[0] as TaskMessage, outcome };
  };
  const empty = accept({ detections: [], executeMs: 1, endToEndMs: 2 });

  it.each([
    { variant: large, inputWidth: 8 },
    { variant: small, inputWidth: 4 },
  ])(
    'asks the worker for the network of $variant.id, with an input of its size',
    async ({ variant, inputWidth }) => {
      const before = Date.now();
      const { message, outcome } = await sentAs(variant, empty);
      expect(message).toMatchObject({ taskId: 7, model: variant.id, inputWidth, inputHeight: 2 });
      expect(message.input.length).toBe(inputWidth * 2 * 3);
      expect(message.deadlineEpochMs).toBeGreaterThanOrEqual(before + 300);
      expect(outcome).toEqual({ kind: 'result', value: [] });
    },
  );

  it.each([
    { code: 'TT_CLOUD_EXPIRED', kind: 'expired' },
    { code: 'TT_CLOUD_FAILED', kind: 'failed' },
  ] as const)('takes $code for $kind, with the reason', async ({ code, kind }) => {
    const { outcome } = await sentAs(small, refuse({ code, reason: 'unknown model people_small' }));
    expect(outcome).toEqual({ kind, reason: 'unknown model people_small' });
  });
});
