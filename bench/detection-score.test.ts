import { describe, expect, it } from 'vitest';
import type { TrueBox } from '../sim/world/render-camera.ts';
import { DetectionTally } from './detection-score.ts';

const demand = { labels: ['person'], nearestM: 2, farthestM: 8, leastVisible: 0.4 };
const truth: TrueBox = {
  label: 'person',
  centerX: 0.5,
  centerY: 0.5,
  width: 0.1,
  height: 0.4,
  distanceM: 4,
  visible: 1,
};
const detection = { ...truth, score: 0.9 };

/** The score of one picture. */
function scoreOf(detections: (typeof detection)[], boxes: TrueBox[]) {
  const tally = new DetectionTally(demand);
  tally.add(detections, boxes);
  return tally.score();
}

describe('DetectionTally', () => {
  it('counts hits, misses and false alarms', () => {
    const elsewhere = { ...detection, centerX: 0.9 };
    expect(scoreOf([detection, elsewhere], [truth, { ...truth, centerX: 0.1 }])).toMatchObject({
      hits: 1,
      falseAlarms: 1,
      misses: 1,
      precision: 0.5,
      recall: 0.5,
    });
  });

  it('counts a second box on the same person as a false alarm', () => {
    expect(scoreOf([detection, detection], [truth])).toMatchObject({ hits: 1, falseAlarms: 1 });
  });

  it('neither demands nor punishes people who are far, hidden or outside', () => {
    for (const other of [{ distanceM: 9 }, { visible: 0.2 }, { centerX: -0.01 }]) {
      const box = { ...truth, ...other };
      expect(scoreOf([{ ...detection, ...other }], [box])).toMatchObject({
        hits: 0,
        falseAlarms: 0,
        misses: 0,
      });
      expect(scoreOf([], [box]).misses).toBe(0);
    }
  });

  it('counts another label as nobody', () => {
    expect(scoreOf([detection], [{ ...truth, label: 'hazard_vest' }])).toMatchObject({
      falseAlarms: 1,
      misses: 0,
    });
  });

  it('measures how far off the hits are', () => {
    const off = { ...detection, centerX: 0.51, height: 0.44 };
    const score = scoreOf([off], [truth]);
    expect(score.centerError).toBeCloseTo(0.01);
    expect(score.heightError).toBeCloseTo(0.1);
  });
});
