import type { Node } from 'yaml';
import { formatCpuList, parseCpuList } from '../knobs/cpu-list.ts';
import type { KnobTarget } from '../knobs/knob.ts';
import type { Entry } from './entry.ts';
import { readChoices, readWholeRange } from './knob-domain.ts';
import { type KnobKind, readRequiredRange } from './knob-kind.ts';
import { acceptedNames } from './nearest.ts';

/** cpu.weight(7) of cgroup v2. */
const weights = { low: 1, high: 10_000 };
/** setpriority(2). */
const niceValues = { low: -20, high: 19 };

/** Scheduling policies that a process can be given. */
export const policies = ['other', 'batch', 'idle', 'fifo', 'rr'] as const;

/** `{cgroup: detector, cpu: …}`, with `weight` or `cpus` in its place; undefined when refused. */
export function readCgroup(entry: Entry): KnobKind | undefined {
  const token = entry.text('cgroup');
  const resource = entry.oneOf(['cpu', 'weight', 'cpus']);
  if (token === undefined || resource === undefined) return undefined;
  const process = token.text;
  const kind = (target: KnobTarget) => ({ target, at: token, takesEffect: 'immediate' as const });
  if (resource === 'cpu') {
    const range = readRequiredRange(entry, 'cpu', '[0.1, 2] cores', 'cpu');
    return (
      range && {
        name: `cpu ${process}`,
        ...kind({ kind: 'cgroup', process, resource }),
        domain: { type: 'real', ...range },
        unit: 'cores',
        confirm: { metric: 'process-cpu', process, relation: 'at-most' },
      }
    );
  }
  if (resource === 'weight') {
    const range = readWholeRange(entry, 'weight', weights);
    return (
      range && {
        name: `weight ${process}`,
        ...kind({ kind: 'cgroup', process, resource }),
        domain: { type: 'integer', ...range },
        unit: '',
      }
    );
  }
  const values = readCpuLists(entry);
  return (
    values && {
      name: `cpus ${process}`,
      ...kind({ kind: 'cgroup', process, resource: 'cpus' }),
      domain: { type: 'categorical', values },
      unit: '',
    }
  );
}

/** `{process: detector, nice: [-5, 19]}` or `policy: […]`; undefined when refused. */
export function readProcess(entry: Entry): KnobKind | undefined {
  const token = entry.text('process');
  const attribute = entry.oneOf(['nice', 'policy']);
  if (token === undefined || attribute === undefined) return undefined;
  const process = token.text;
  const kind = (target: KnobTarget) => ({ target, at: token, takesEffect: 'immediate' as const, unit: '' });
  if (attribute === 'nice') {
    const range = readWholeRange(entry, 'nice', niceValues);
    const target = kind({ kind: 'process', process, attribute });
    return range && { name: `nice ${process}`, ...target, domain: { type: 'integer', ...range } };
  }
  const values = readChoices(entry, 'policy');
  const unknown = values?.find((value) => !policies.some((policy) => policy === value));
  if (values === undefined || unknown !== undefined) {
    return (
      values &&
      refuseChoice(
        entry,
        'policy',
        'No such scheduling policy.',
        String(unknown),
        acceptedNames(String(unknown), policies),
      )
    );
  }
  const target = kind({ kind: 'process', process, attribute: 'policy' });
  return { name: `policy ${process}`, ...target, domain: { type: 'categorical', values } };
}

/** In the kernel's own spelling, so that what is read back compares equal. */
function readCpuLists(entry: Entry): string[] | undefined {
  const lists: string[] = [];
  for (const value of readChoices(entry, 'cpus') ?? []) {
    const cpus = parseCpuList(String(value));
    if (cpus === undefined)
      return refuseChoice(entry, 'cpus', 'This is not a list of CPUs.', String(value), '"0", "0-1" or "0,2"');
    lists.push(formatCpuList(cpus));
  }
  if (lists.length === 0) return undefined;
  if (new Set(lists).size === lists.length) return lists;
  return refuseChoice(entry, 'cpus', 'The same CPUs stand twice.', lists.join(' '), 'different lists');
}

function refuseChoice(entry: Entry, key: string, reason: string, found: string, accepted: string): undefined {
  const at = entry.value(key) as Node;
  return entry.source.refuse({ code: 'TT_SPEC_RANGE', reason, at, found, accepted });
}
