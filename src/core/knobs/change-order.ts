import type { KnobDeclaration, KnobTarget, KnobValue } from './knob.ts';

/** One knob from one value to another. */
export type Change = { declaration: KnobDeclaration; from: KnobValue; to: KnobValue };

/** Limits give room to work; everything else makes work. */
const limits: readonly KnobTarget['kind'][] = ['cgroup', 'power-mode'];

/** Raise limits, lower rates, change what has no order, raise rates, lower limits. */
function stage({ declaration, from, to }: Change): number {
  if (typeof from !== 'number' || typeof to !== 'number') return 2;
  const raises = to > from;
  if (limits.includes(declaration.target.kind)) return raises ? 0 : 4;
  return raises ? 3 : 1;
}

/**
 * The changes in an order in which no intermediate configuration asks for more than both its ends: limits are
 * raised before the rates that need the room, rates are lowered before the limits that then suffice.
 */
export function orderChanges(changes: readonly Change[]): Change[] {
  return [...changes].sort((a, b) => stage(a) - stage(b));
}
