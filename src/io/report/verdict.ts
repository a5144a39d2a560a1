import type { DemoReport } from './demo-report.ts';
import { plural } from './format.ts';

/** The demo's outcome in one sentence. */
export function verdictSentence(report: DemoReport): string {
  const total = report.requirements.length;
  const brokenByDefault = report.requirements.filter((requirement) => !requirement.met_by_default).length;
  const brokenByTuned = report.requirements.filter((requirement) => !requirement.met_by_tuned).length;
  const before =
    brokenByDefault === 0
      ? 'Default met every requirement'
      : `Default broke ${brokenByDefault} of ${plural(total, 'requirement')}`;
  const after =
    brokenByTuned === 0
      ? `the tuned configuration meets ${total === 1 ? 'it' : `all ${total}`}`
      : `the tuned configuration breaks ${brokenByTuned}`;
  return `${before}; ${after}.`;
}
