/** One size of a model: what it takes, and how good its results are. */
export type Variant = {
  /** Its name within the model. */
  id: string;
  /** Expected execution time on the edge, and end to end in the cloud. */
  edgeMs: number;
  cloudMs: number;
  /** The share of the model's benefit that its result on time is worth, above 0, at most 1. */
  quality: number;
  /** Size of its input on the way to the cloud, where that differs from what is usual. */
  payloadKb?: number;
};

/** A DNN model as the scheduler sees it: deadline, times and utility (DEMS, arXiv 2412.20860, table of parameters). */
export type ModelProfile = {
  id: string;
  /** Relative deadline of each of its tasks. */
  deadlineMs: number;
  /** Expected execution time on the edge, and end to end in the cloud; where there are variants, the first one's. */
  edgeMs: number;
  cloudMs: number;
  /** Benefit β of a result on time, and the costs κ of execution at either place, in utility points. */
  benefit: number;
  edgeCost: number;
  cloudCost: number;
  /** Its results are still worth having a little late; only `sota1-d3-kalmia` makes use of it. */
  patient?: boolean;
  /** Its sizes, if there are several or its quality is not 1. The first is what policies run that choose none. */
  variants?: readonly [Variant, ...Variant[]];
};

/** A model's variants; a model that names none is its only one, of quality 1. */
export function variantsOf({
  id,
  edgeMs,
  cloudMs,
  variants,
}: ModelProfile): readonly [Variant, ...Variant[]] {
  return variants ?? [{ id, edgeMs, cloudMs, quality: 1 }];
}

/** One inference to be done. Times in the scheduler's clock. */
export type Task = {
  id: number;
  source: string;
  model: string;
  createdMs: number;
  deadlineMs: number;
};

/** Where a task ran. */
export type Executor = 'edge' | 'cloud';

/** The terminal states; each task ends in exactly one. */
export const fates = [
  'on-time-edge',
  'on-time-cloud',
  'late-edge',
  'late-cloud',
  'dropped-deadline',
  'dropped-cost',
  'dropped-full',
  'expired-edge',
  'expired-cloud',
  'failed-edge',
  'failed-cloud',
  'abandoned',
] as const;

/** A terminal state. `abandoned`: the scheduler stopped, or its clock went back, while the task was under way. */
export type Fate = (typeof fates)[number];

/** The fates that name a place, by what happened and where. */
export const fateAt = {
  'on-time': { edge: 'on-time-edge', cloud: 'on-time-cloud' },
  late: { edge: 'late-edge', cloud: 'late-cloud' },
  expired: { edge: 'expired-edge', cloud: 'expired-cloud' },
  failed: { edge: 'failed-edge', cloud: 'failed-cloud' },
} as const satisfies Record<string, Record<Executor, Fate>>;
