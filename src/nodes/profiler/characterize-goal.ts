import { type SweepDesign, sweepDesigns } from '../../core/knobs/sweep.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import type { Message } from '../../ros/index.ts';

/** What a goal of ~/characterize asks for. */
export type CharacterizeGoal = {
  specPath: string;
  /** One entry a knob, as `parseSweep` reads them. */
  sweep: string[];
  design: SweepDesign;
  repeats: number;
  settleMs: number;
  windowMs: number;
  /** Without extension. */
  tablePath: string;
};

const defaultSettleMs = 1000;
const maxRepeats = 1000;

/** Reads a goal and fills in what it leaves out; TT_PARAM_RANGE for each field that cannot be meant. */
export function readGoal(request: Message, defaultWindowMs: number): Result<CharacterizeGoal> {
  const goal: CharacterizeGoal = {
    specPath: request.spec_path,
    sweep: [...request.sweep],
    design: request.design === '' ? 'grid' : request.design,
    repeats: request.repeats === 0 ? 1 : request.repeats,
    settleMs: request.settle_s === 0 ? defaultSettleMs : request.settle_s * 1000,
    windowMs: request.window_s === 0 ? defaultWindowMs : request.window_s * 1000,
    tablePath: request.table_path.replace(/\.(jsonl|csv)$/, ''),
  };
  const checks: [boolean, string, unknown, string][] = [
    [sweepDesigns.includes(goal.design), 'design', request.design, sweepDesigns.join(' or ')],
    [goal.repeats <= maxRepeats, 'repeats', request.repeats, `at most ${maxRepeats}`],
    [goal.settleMs >= 0 && goal.settleMs <= 600_000, 'settle_s', request.settle_s, 'from 0 to 600'],
    [goal.windowMs >= 200 && goal.windowMs <= 60_000, 'window_s', request.window_s, 'from 0.2 to 60'],
    [goal.tablePath !== '', 'table_path', request.table_path, 'the path of the table, without extension'],
  ];
  const refusals = checks.flatMap(([fits, field, found, accepted]): Refusal[] => {
    if (fits) return [];
    return [{ code: 'TT_PARAM_RANGE', reason: `${field} is out of range.`, found: String(found), accepted }];
  });
  return refusals.length > 0 ? refuse(...refusals) : accept(goal);
}
