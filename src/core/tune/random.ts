import type { Random } from '../random.ts';
import type { Problem } from './designer.ts';
import { SequenceDesigner } from './sequence-designer.ts';

/** Uniform random search: the yardstick for every other designer. Repeats nothing before the space is used up. */
export class RandomDesigner extends SequenceDesigner {
  constructor({ problem, random }: { problem: Problem; random: Random }) {
    const next = () => problem.space.map(() => random.next());
    super({ space: problem.space, label: 'random', next });
  }
}
