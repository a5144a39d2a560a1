import { join } from 'node:path';
import { learnedFrom } from '../../core/knobs/table/learned-effect.ts';
import { formatRefusal } from '../../core/refusal.ts';
import type { Spec } from '../../core/spec/spec.ts';
import { LearnedEffectsFile } from '../../io/recording/learned-effects.ts';
import type { NodeContext } from '../../ros/index.ts';
import type { TuneProgress } from './tune-run.ts';

/**
 * Adds what the trials of a goal have shown of each parameter to what is known of it, for `trimtab knobs`. What
 * cannot be remembered is no reason to turn the goal's result down: the log says so.
 */
export function learnFromTrials(
  { parameters, log }: NodeContext,
  { knobs }: Spec,
  trials: readonly TuneProgress[],
): void {
  const verdicts = trials.flatMap(({ outcome }) => outcome?.verdicts ?? []);
  const distro = process.env.ROS_DISTRO ?? 'unknown';
  const file = new LearnedEffectsFile(join(parameters.values.state_dir as string, 'learned-effects.jsonl'));
  const added = file.add(learnedFrom({ knobs, verdicts, distro, nowMs: Date.now() }));
  if (!added.ok) for (const refusal of added.refusals) log.warn(formatRefusal(refusal));
}
