import type { Policy } from '../policy.ts';
import type { ModelProfile } from '../task.ts';
import type { Reading } from '../tentative-queue.ts';
import { cloudOnly } from './cloud-only.ts';
import { dem } from './dem.ts';
import { dems } from './dems.ts';
import { demsA } from './dems-a.ts';
import { edgeCloudEdf } from './e-c-edf.ts';
import { edfEdge } from './edf-edge.ts';
import { fifoEdge } from './fifo-edge.ts';
import { gems } from './gems.ts';
import { hpfEdge } from './hpf-edge.ts';
import { hufEdge } from './huf-edge.ts';
import { sjfEdge } from './sjf-edge.ts';
import { sota1 } from './sota1-d3-kalmia.ts';
import { sota2 } from './sota2-dedas.ts';
import { trim } from './trim.ts';

const makers = {
  'fifo-edge': () => fifoEdge,
  'edf-edge': edfEdge,
  'sjf-edge': () => sjfEdge,
  'hpf-edge': () => hpfEdge,
  'huf-edge': () => hufEdge,
  'cloud-only': cloudOnly,
  'e-c-edf': edgeCloudEdf,
  dem,
  dems,
  'dems-a': demsA,
  gems,
  'sota1-d3-kalmia': sota1,
  'sota2-dedas': sota2,
  trim,
} as const satisfies Record<string, (reading: Reading, models: readonly ModelProfile[]) => Policy>;

/** Name of a policy. */
export type PolicyId = keyof typeof makers;

/** All policies by name. */
export const policyIds = Object.keys(makers) as PolicyId[];

/** What each policy does, in a line; docs/policies.md's table is made from this. */
export const policySummaries: Record<PolicyId, string> = {
  'fifo-edge': 'Everything on the edge, in order of arrival.',
  'edf-edge': 'Everything on the edge, the earliest deadline first.',
  'sjf-edge': 'Everything on the edge, the shortest execution first.',
  'hpf-edge': 'Everything on the edge, the highest benefit β first.',
  'huf-edge': 'Everything on the edge, the highest utility β − κ first.',
  'cloud-only': 'Everything in the cloud that pays there.',
  'e-c-edf': 'The edge by earliest deadline if in time behind the more urgent, else the cloud.',
  dem: 'As e-c-edf, and a new task may push out those whom it makes late, if they lose less than it would.',
  dems: 'As dem; what is bound for the cloud waits for its last moment, and an edge with time to spare steals it.',
  'dems-a':
    'As dems, with the mean of the last ten cloud times in place of the profile, and a cooling of 10 s.',
  gems: 'As dems; models below 90 % on time in a window of 20 s have their queued tasks moved to the cloud.',
  'sota1-d3-kalmia': 'The edge first come first served, else the cloud; patient models get 10 % more time.',
  'sota2-dedas':
    'The shortest first; a new task may push out one that would finish later on the mean, else the cloud.',
  trim: 'Ours: plans what the edge earns most with, knows what comes next, learns the cloud’s delays by quantiles.',
};

/** Whether a name is a policy's. */
export function isPolicyId(name: string): name is PolicyId {
  return Object.hasOwn(makers, name);
}

/** A policy with a state of its own, for these models. Policies without a quirk are the same in both readings. */
export function createPolicy(
  id: PolicyId,
  models: readonly ModelProfile[],
  reading: Reading = 'corrected',
): Policy {
  return makers[id](reading, models);
}
