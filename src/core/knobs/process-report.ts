import { forbiddenTarget } from './forbidden.ts';
import type { KnobTarget, KnobValue } from './knob.ts';

/** One thing of a process that can be turned: the keys of a spec, `cgroup` with `cpu`, `process` with `nice`. */
export type ProcessKnob = {
  kind: 'cgroup' | 'process';
  name: 'cpu' | 'weight' | 'cpus' | 'nice' | 'policy';
  /** Held now; undefined where this machine has no such mechanism, or the threads of the process differ. */
  value: KnobValue | undefined;
};

/** A process that nodes live in, and what of it can be turned; nothing where a name says that it is never touched. */
export type ProcessReport = {
  pid: number;
  nodes: string[];
  /** How it is known that they live in it. */
  evidence: string;
  knobs: ProcessKnob[];
  /** Why nothing is turned. */
  forbidden?: string;
};

/** Every knob of a process, in the order of a spec's keys. */
export const processKnobs = [
  { kind: 'cgroup', name: 'cpu' },
  { kind: 'cgroup', name: 'weight' },
  { kind: 'cgroup', name: 'cpus' },
  { kind: 'process', name: 'nice' },
  { kind: 'process', name: 'policy' },
] as const;

/** What a process' knobs hold, by `read`; a process is known by the names of its nodes. */
export async function reportProcess(
  found: Pick<ProcessReport, 'pid' | 'nodes' | 'evidence'>,
  read: (name: ProcessKnob['name']) => Promise<KnobValue | undefined>,
): Promise<ProcessReport> {
  const { pid, nodes, evidence } = found;
  const refusal = nodes
    .map((process): KnobTarget => ({ kind: 'process', process, attribute: 'nice' }))
    .map(forbiddenTarget)
    .find((each) => each !== undefined);
  if (refusal !== undefined) return { pid, nodes, evidence, knobs: [], forbidden: refusal.reason };
  const knobs = await Promise.all(
    processKnobs.map(async ({ kind, name }) => ({ kind, name, value: await read(name) })),
  );
  return { pid, nodes, evidence, knobs };
}
