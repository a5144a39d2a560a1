import { seededRandom } from '../random.ts';
import type { Designer, Problem, Suggestion } from './designer.ts';
import { type DesignerName, designers } from './designers.ts';
import { completed, type Held, HoldingDesigner } from './holding.ts';
import { type WarmStart, warmDesigner } from './library/warm-start.ts';
import { type Safety, withSafety } from './safety.ts';

/** All that the designer of a search is made from, as plain data: it can be given to another thread. */
export type SearchDesign = {
  /** Of the knobs that are turned. */
  problem: Problem;
  designer: DesignerName;
  safety: Safety;
  seed: number;
  /** Space-filling trials, see `DesignerOptions`. */
  initialTrials: number;
  /** Its first configuration is complete, see `completed`. */
  warmStart?: WarmStart | undefined;
  /** Tried before what the designer suggests, after the first of the warm start; complete, too. */
  queue: Suggestion[];
  held: Held;
};

/** The designer of a search, under its safety; its suggestions are complete. */
export function searchDesigner(design: SearchDesign): Designer {
  const { problem, seed, initialTrials, warmStart, queue, held } = design;
  const open = withSafety(design.safety, (given) =>
    warmDesigner({
      warmStart,
      queue,
      designer: designers[design.designer]({ ...given, random: seededRandom(seed), initialTrials }),
    }),
  );
  return new HoldingDesigner({
    designer: open({ problem, random: seededRandom(seed), earlier: warmStart?.prior ?? [] }),
    complete: (configuration) => completed(configuration, held),
  });
}
