import { type ProcessReport, reportProcess } from '../../core/knobs/process-report.ts';
import { OwnGroups, ownGroupsLedger } from './cgroup/own-groups.ts';
import { NiceActuator } from './nice-actuator.ts';
import type { NodeProcess } from './node-process/node-locator.ts';
import { PolicyActuator } from './policy-actuator.ts';

/** What of the processes that nodes live in can be turned, and what it holds now. Nothing is written. */
export function reportProcesses(processes: readonly NodeProcess[]): Promise<ProcessReport[]> {
  return Promise.all(
    processes.map(({ pid, nodes, evidence }) => {
      const options = { find: async () => [pid], process: nodes[0] ?? String(pid) };
      const { find, process } = options;
      // Groups are only read here, so there is nothing to have on record.
      const groups = new OwnGroups({ ledger: ownGroupsLedger('/nowhere'), find });
      return reportProcess({ pid, nodes, evidence }, (name) => {
        if (name === 'nice') return new NiceActuator(options).read();
        if (name === 'policy') return new PolicyActuator(options).read();
        return groups.read(process, name);
      });
    }),
  );
}
