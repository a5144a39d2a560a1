import type { Designer } from './designer.ts';
import type { DesignerOptions } from './designers.ts';
import { SafeDesigner } from './safe-designer.ts';

/**
 * What a search may do to the robot: `priced` weighs harm against gain, `safe` stays within what the models call feasible
 * once something feasible is known, and to `free` harm is nothing, as in a rehearsal.
 */
export const safeties = ['priced', 'safe', 'free'] as const;

/** See `safeties`. */
export type Safety = (typeof safeties)[number];

/** `make` under a safety. */
export function withSafety(
  safety: Safety,
  make: (options: DesignerOptions) => Designer,
): (options: DesignerOptions) => Designer {
  if (safety !== 'safe') return (options) => make({ ...options, harm: safety });
  return (options) => new SafeDesigner({ ...options, designer: make(options) });
}
