import type { Configuration } from '../../knobs/knob.ts';
import { isTrusted, type LibraryEntry } from '../library/library.ts';
import type { Trigger } from './triggers.ts';

/** How far a tuner may go by itself: say what it would do, apply what the library has, or search as well. */
export const reactions = ['none', 'apply', 'tune'] as const;
export type Reaction = (typeof reactions)[number];

/** What is done about a trigger, and why. */
export type Decision = { action: 'none' | 'apply' | 'tune'; text: string };

/**
 * What to do about a trigger. `entry` is what the library has for the context now, `inForce` what the knobs hold. The
 * stored configuration goes first, as it costs one transaction; a search is for where there is none, or it is in force
 * already and does not do any more.
 */
export function decide(options: {
  trigger: Trigger;
  reaction: Reaction;
  entry: LibraryEntry | undefined;
  inForce: Configuration;
  /** Context features that nobody has told; with one of them the library has no say. */
  untold: readonly string[];
  isCoolingDown: boolean;
}): Decision {
  const { trigger, reaction, entry, inForce, untold, isCoolingDown } = options;
  const because = (action: Decision['action'], text: string) => ({
    action,
    text: `${trigger.text}: ${text}`,
  });
  const stored = entry && isTrusted(entry) ? entry.configuration : undefined;
  const isInForce = stored !== undefined && holds(inForce, stored);
  if (stored !== undefined && !isInForce) {
    if (reaction === 'none') return because('none', 'a stored configuration is known; on_trigger is none');
    return because('apply', 'the stored configuration is applied');
  }
  if (isInForce && trigger.kind === 'context')
    return because('none', 'the stored configuration is in force already');
  const nothing = whyNothing(entry, isInForce, untold);
  if (reaction !== 'tune') return because('none', `${nothing}; on_trigger is ${reaction}`);
  if (isCoolingDown) return because('none', `${nothing}; a search waits for the end of the cool-down`);
  return because('tune', `${nothing}, a search begins`);
}

/** What to do when the stored configuration was applied and does not do, or could not be applied. */
export function decideAfterFailure(reaction: Reaction, why: string): Decision {
  if (reaction === 'tune') return { action: 'tune', text: `${why}: a search begins` };
  return { action: 'none', text: `${why}: what was in force before is put back` };
}

/** Why the library has nothing to apply. */
function whyNothing(entry: LibraryEntry | undefined, isInForce: boolean, untold: readonly string[]): string {
  if (untold.length > 0) return `nobody tells the context feature ${untold.join(', ')}`;
  if (entry === undefined) return 'no configuration is stored';
  return isInForce
    ? 'the stored configuration is in force already'
    : 'the stored configuration has failed too often';
}

function holds(inForce: Configuration, wanted: Configuration): boolean {
  return Object.entries(wanted).every(([name, value]) => inForce[name] === value);
}
