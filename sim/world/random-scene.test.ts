import { describe, expect, it } from 'vitest';
import { telloCamera } from './camera.ts';
import { randomShots, type Shot } from './random-scene.ts';

const camera = telloCamera(320, 240);

function first(seed: number, count: number): Shot[] {
  const shots = randomShots(seed, camera);
  return Array.from({ length: count }, () => shots.next().value as Shot);
}

/** What tells shots apart, without the landscapes' large tables. */
const gist = (shots: Shot[]) =>
  shots.map(({ eye, scene }) => ({ eye, figures: scene.figures, light: scene.light }));

describe('randomShots', () => {
  it('gives the same shots for the same seed and others for another', () => {
    expect(gist(first(1, 15))).toEqual(gist(first(1, 15)));
    expect(gist(first(1, 15))).not.toEqual(gist(first(2, 15)));
  });

  it('shows at most one vest in a picture, in most but not all of them', () => {
    const vests = first(3, 200).map(
      ({ scene }) => scene.figures.filter(({ look }) => look.vest !== undefined).length,
    );
    expect(Math.max(...vests)).toBe(1);
    const share = vests.filter((count) => count === 1).length / vests.length;
    expect(share).toBeGreaterThan(0.6);
    expect(share).toBeLessThan(0.9);
  });

  it('changes the landscape every ten shots', () => {
    const shots = first(4, 20);
    expect(shots[9]?.scene.landscape).toBe(shots[0]?.scene.landscape);
    expect(shots[10]?.scene.landscape).not.toBe(shots[0]?.scene.landscape);
  });
});
