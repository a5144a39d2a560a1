import { join } from 'node:path';
import type { KnobDeclaration } from '../../core/knobs/knob.ts';
import { learnedFrom } from '../../core/knobs/table/learned-effect.ts';
import type { Result } from '../../core/refusal.ts';
import { LearnedEffectsFile } from '../../io/recording/learned-effects.ts';
import type { TuneProgress } from './tune-run.ts';

/**
 * Adds what the trials of a goal have shown of each parameter to what is known of it, for `trimtab knobs`.
 * Refused when the file is damaged or cannot be written.
 */
export function learnFromTrials(options: {
  stateDir: string;
  knobs: readonly KnobDeclaration[];
  trials: readonly TuneProgress[];
  nowMs: number;
}): Result<void> {
  const { stateDir, knobs, trials, nowMs } = options;
  const verdicts = trials.flatMap(({ outcome }) => outcome?.verdicts ?? []);
  const distro = process.env.ROS_DISTRO ?? 'unknown';
  const file = new LearnedEffectsFile(join(stateDir, 'learned-effects.jsonl'));
  return file.add(learnedFrom({ knobs, verdicts, distro, nowMs }));
}
