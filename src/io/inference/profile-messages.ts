import type { BackEnd } from '../../core/knobs/placement.ts';
import type { Provider } from './back-ends.ts';

/** What the measuring process is asked for; one process measures one of these and ends. */
export type MeasureRequest = {
  modelFile: string;
  backEnd: BackEnd;
  provider: Provider;
  batch: number;
  threads: number;
  /** How long to measure once the network is warm. */
  seconds: number;
};

/** What it answers: the cost, or why there is none. */
export type MeasureAnswer =
  | { kind: 'measured'; cost: NetworkCost }
  /** The network's input does not allow this batch. */
  | { kind: 'unfit'; reason: string }
  /** The execution provider cannot run here, or not this network, or onnxruntime ran it elsewhere. */
  | { kind: 'failed'; reason: string };

/** What a network costs, in a process that did nothing else before. */
export type NetworkCost = {
  /** Loading the network, and the first inference. */
  loadMs: number;
  firstMs: number;
  /** Warm inferences of one batch each. */
  count: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  /** Pictures per second, one batch at a time. */
  perSecond: number;
  /** Highest resident memory above that of the process before it loaded the network. */
  peakBytes: number;
};
