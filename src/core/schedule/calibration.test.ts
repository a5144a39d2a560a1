import { describe, expect, it } from 'vitest';
import { Calibration, sumScores } from './calibration.ts';

describe('Calibration', () => {
  it('counts per place and quantile how many executions took no longer than predicted', () => {
    const calibration = new Calibration();
    calibration.add('cloud', [400, 450, 500], 400);
    calibration.add('cloud', [400, 450, 500], 460);
    calibration.add('cloud', [400, 450, 500], Number.POSITIVE_INFINITY);
    expect(calibration.scores()).toEqual([
      { place: 'cloud', share: 0.5, held: 1, of: 3 },
      { place: 'cloud', share: 0.9, held: 1, of: 3 },
      { place: 'cloud', share: 0.98, held: 2, of: 3 },
    ]);
  });

  it('adds up what several have scored', () => {
    const [first, second] = [new Calibration(), new Calibration()];
    first.add('edge', [10, 20, 30], 15);
    second.add('edge', [10, 20, 30], 5);
    second.add('cloud', [10, 20, 30], 5);
    const sums = sumScores([first.scores(), second.scores()]);
    expect(sums).toContainEqual({ place: 'edge', share: 0.5, held: 1, of: 2 });
    expect(sums).toContainEqual({ place: 'cloud', share: 0.9, held: 1, of: 1 });
    expect(sums).toHaveLength(6);
  });
});
