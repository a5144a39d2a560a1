import { join } from 'node:path';
import type { Configuration, KnobDeclaration, Verdict } from '../../core/knobs/knob.ts';
import { heldOut, learnedFrom, notWorthTrials } from '../../core/knobs/table/learned-effect.ts';
import { formatRefusal, type Refusal } from '../../core/refusal.ts';
import { LearnedEffectsFile } from '../../io/recording/learned-effects.ts';
import type { NodeContext } from '../../ros/index.ts';

/** A knob that was turned, and what became of it. */
export type Shown = { name: string; verdict: Pick<Verdict, 'outcome'> };

/**
 * Adds what was shown of each parameter that was turned to what is known of it, for `trimtab knobs` and later searches.
 * What cannot be remembered is no reason to turn a result down: the log says so.
 */
export function rememberShown(
  context: NodeContext,
  knobs: readonly KnobDeclaration[],
  verdicts: readonly Shown[],
): void {
  const effects = learnedFrom({ knobs, verdicts, distro: distroOf(), nowMs: Date.now() });
  const added = effects.length > 0 ? fileOf(context).add(effects) : undefined;
  if (added?.ok === false) warn(context, added.refusals);
}

/** What the knobs hold that are not worth a trial by all that is known of them; the log says which, and why. */
export function heldByWhatIsKnown(
  context: NodeContext,
  knobs: readonly KnobDeclaration[],
  inForce: Configuration,
): Configuration {
  const file = fileOf(context);
  const effects = file.load();
  if (!effects.ok) {
    warn(context, effects.refusals);
    return {};
  }
  const idle = notWorthTrials(knobs, effects.value, distroOf());
  for (const { name, measured } of idle)
    context.log.warn(
      `${name} stays as it is: measured before: ${measured}; to search it again, delete its lines in ${file.path}`,
    );
  return heldOut(inForce, idle);
}

function fileOf({ parameters }: NodeContext): LearnedEffectsFile {
  return new LearnedEffectsFile(join(parameters.values.state_dir as string, 'learned-effects.jsonl'));
}

function distroOf(): string {
  return process.env.ROS_DISTRO ?? 'unknown';
}

function warn({ log }: NodeContext, refusals: readonly Refusal[]): void {
  for (const refusal of refusals) log.warn(formatRefusal(refusal));
}
