import { describe, expect, it } from 'vitest';
import type { Placement } from '../../core/knobs/placement.ts';
import type { Provider } from './back-ends.ts';
import { describeRan, misplaced, whereItRan } from './where-it-ran.ts';

const cpu: Provider = { asked: 'cpu', recorded: 'CPUExecutionProvider' };
const cuda: Provider = { asked: 'cuda', recorded: 'CUDAExecutionProvider' };
const on = (word: string, backEnd: Placement['backEnd'], threads = 1): Placement => ({
  word,
  backEnd,
  threads,
});

type Kernel = { provider: string; us: number; threads?: number };

/** Trace events as onnxruntime 1.30 writes them, one run after the other. */
function record(...runs: Kernel[][]): string {
  let ts = 100;
  const events = runs.flatMap((kernels) => {
    const start = ts;
    const nodes = kernels.map(({ provider, us, threads = 1 }, i) => {
      const others = Array.from({ length: threads - 1 }, (_, thread) => [`t${thread}`, { num_run: 1 }]);
      const stats = threads === 1 ? '' : { main_thread: {}, sub_threads: Object.fromEntries(others) };
      const event = {
        cat: 'Node',
        name: `Conv_${i}_kernel_time`,
        ts,
        dur: us,
        args: { provider: `${provider}ExecutionProvider`, thread_scheduling_stats: stats },
      };
      ts += us;
      return event;
    });
    return [...nodes, { cat: 'Session', name: 'model_run', ts: start, dur: ts++ - start, args: {} }];
  });
  return JSON.stringify([{ cat: 'Session', name: 'session_initialization', ts: 0, dur: 99 }, ...events]);
}

describe('where a network ran', () => {
  it('is read of the last run only', () => {
    const cold = [{ provider: 'CPU', us: 900 }];
    const warm = [
      { provider: 'CUDA', us: 30 },
      { provider: 'CUDA', us: 50 },
      { provider: 'CPU', us: 20 },
    ];
    const ran = whereItRan(record(cold, warm));
    expect(ran).toEqual({
      nodes: { CUDAExecutionProvider: 2, CPUExecutionProvider: 1 },
      cpuShare: 0.2,
      threads: 1,
    });
    expect(describeRan(ran!)).toBe('2 nodes on CUDA, 1 nodes on CPU; 20 % of the time on the CPU');
  });

  it('is unknown without a run', () => {
    expect(whereItRan('[]')).toBeUndefined();
  });

  it('is elsewhere when onnxruntime fell back to the CPU without a word', () => {
    const ran = whereItRan(record([{ provider: 'CPU', us: 5 }]))!;
    expect(misplaced(on('gpu', 'CUDA'), cuda, ran)).toBe(
      'onnxruntime ran none of its nodes on CUDA: 1 nodes on CPU, 1 thread',
    );
    expect(misplaced(on('cpu', 'CPU'), cpu, ran)).toBeUndefined();
  });

  it('is elsewhere when most of the time passes on the CPU', () => {
    const mixed = (cpuUs: number) =>
      whereItRan(
        record([
          { provider: 'CUDA', us: 40 },
          { provider: 'CPU', us: cpuUs },
        ]),
      )!;
    expect(misplaced(on('gpu', 'CUDA'), cuda, mixed(39))).toBeUndefined();
    expect(misplaced(on('gpu', 'CUDA'), cuda, mixed(60))).toContain('60 % of the time on the CPU');
  });

  it('is elsewhere with another number of threads', () => {
    const ran = whereItRan(
      record([
        { provider: 'CPU', us: 5, threads: 2 },
        { provider: 'CPU', us: 5 },
      ]),
    )!;
    expect(describeRan(ran)).toBe('2 nodes on CPU, 2 threads');
    expect(misplaced(on('cpu:2', 'CPU', 2), cpu, ran)).toBeUndefined();
    expect(misplaced(on('cpu:3', 'CPU', 3), cpu, ran)).toBe('onnxruntime ran it on 2 threads, not on 3');
  });

  it('is not judged by threads that the record does not tell of', () => {
    const ran = { nodes: { CPUExecutionProvider: 3 }, cpuShare: 1, threads: undefined };
    expect(misplaced(on('cpu:2', 'CPU', 2), cpu, ran)).toBeUndefined();
    expect(describeRan(ran)).toBe('3 nodes on CPU');
  });
});
