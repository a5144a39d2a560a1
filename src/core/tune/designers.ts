import type { Random } from '../random.ts';
import type { Harm } from './acquisition.ts';
import { CongoDesigner } from './congo.ts';
import { ConstrainedGpDesigner } from './constrained-gp.ts';
import { CoordinateDesigner } from './coordinate.ts';
import type { Designer, Observation, Problem } from './designer.ts';
import { RandomDesigner } from './random.ts';
import { SobolDesigner } from './sobol.ts';
import { TrustRegionDesigner } from './trust-region.ts';

/** What a designer is made from. */
export type DesignerOptions = {
  problem: Problem;
  /** A seed is drawn from it once; later draws by others change nothing. */
  random: Random;
  /** Space-filling trials of those that begin with some; without it as many as each finds good. */
  initialTrials?: number;
  /** See `ConstrainedGpOptions`; the others do not weigh harm against gain. */
  harm?: Harm;
  /** See `ConstrainedGpOptions`; those without models cannot tell how alike it is, and leave it out. */
  earlier?: readonly Observation[];
};

/** Every designer by its name. */
export const designers = {
  random: (options: DesignerOptions): Designer => new RandomDesigner(options),
  sobol: (options: DesignerOptions): Designer => new SobolDesigner(options),
  coordinate: (options: DesignerOptions): Designer => new CoordinateDesigner(options),
  'congo-e': (options: DesignerOptions): Designer => new CongoDesigner(options),
  'trust-region': (options: DesignerOptions): Designer => new TrustRegionDesigner(options),
  'constrained-gp': (options: DesignerOptions): Designer => new ConstrainedGpDesigner(options),
};

/** Name of a designer. */
export type DesignerName = keyof typeof designers;

/** All names, the plainest first. */
export const designerNames = Object.keys(designers) as DesignerName[];

/** The designer used where none is named. */
export const defaultDesigner: DesignerName = 'constrained-gp';
