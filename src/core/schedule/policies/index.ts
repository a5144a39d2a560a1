import type { Policy } from '../policy.ts';
import { cloudOnly } from './cloud-only.ts';
import { edgeCloudEdf } from './e-c-edf.ts';
import { edfEdge } from './edf-edge.ts';
import { fifoEdge } from './fifo-edge.ts';

const makers = {
  'fifo-edge': () => fifoEdge,
  'edf-edge': () => edfEdge,
  'cloud-only': () => cloudOnly,
  'e-c-edf': () => edgeCloudEdf,
} as const satisfies Record<string, () => Policy>;

/** Name of a policy. */
export type PolicyId = keyof typeof makers;

/** All policies by name. */
export const policyIds = Object.keys(makers) as PolicyId[];

/** Whether a name is a policy's. */
export function isPolicyId(name: string): name is PolicyId {
  return Object.hasOwn(makers, name);
}

/** A policy with a state of its own. */
export function createPolicy(id: PolicyId): Policy {
  return makers[id]();
}
