import type { Random } from '../random.ts';
import type { Problem } from './designer.ts';
import { SequenceDesigner } from './sequence-designer.ts';
import { SobolSequence } from './sobol-sequence.ts';

/** A shifted Sobol sequence: covers the space more evenly than chance. Repeats nothing before the space is used up. */
export class SobolDesigner extends SequenceDesigner {
  constructor({ problem, random }: { problem: Problem; random: Random }) {
    const sequence = new SobolSequence(problem.space.length, random);
    super({ space: problem.space, label: 'space-filling', next: () => sequence.next() });
  }
}
