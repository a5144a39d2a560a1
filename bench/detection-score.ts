import type { TrueBox } from '../sim/world/render-camera.ts';
import { iou, sameObjectIou } from '../src/core/perception/decode-heatmap.ts';
import type { Detection } from '../src/core/perception/detection.ts';

/** Which people a network must find. Others in the picture are neither misses nor, when found, false alarms. */
export type Demand = { labels: readonly string[]; nearestM: number; farthestM: number; leastVisible: number };

/** Counts over pictures, and mean errors over hits: bearing as a fraction of the image's width, height as a fraction of itself. */
export type DetectionScore = {
  hits: number;
  falseAlarms: number;
  misses: number;
  precision: number;
  recall: number;
  centerError: number;
  heightError: number;
};

/** Adds up how detections compare with the truth, picture by picture; a detection hits the person it overlaps best (IoU ≥ 0.45). */
export class DetectionTally {
  readonly #demand: Demand;
  #hits = 0;
  #falseAlarms = 0;
  #misses = 0;
  #centerErrors = 0;
  #heightErrors = 0;

  constructor(demand: Demand) {
    this.#demand = demand;
  }

  add(detections: readonly Detection[], truth: readonly TrueBox[]): void {
    const left = truth.filter(({ label }) => this.#demand.labels.includes(label));
    for (const detection of detections) {
      const best = left.reduce<TrueBox | undefined>(
        (kept, box) => (kept === undefined || iou(detection, box) > iou(detection, kept) ? box : kept),
        undefined,
      );
      if (best === undefined || iou(detection, best) < sameObjectIou) {
        this.#falseAlarms++;
        continue;
      }
      left.splice(left.indexOf(best), 1);
      if (!this.#isDemanded(best)) continue;
      this.#hits++;
      this.#centerErrors += Math.abs(detection.centerX - best.centerX);
      this.#heightErrors += Math.abs(detection.height / best.height - 1);
    }
    this.#misses += left.filter((box) => this.#isDemanded(box)).length;
  }

  score(): DetectionScore {
    const hits = this.#hits;
    return {
      hits,
      falseAlarms: this.#falseAlarms,
      misses: this.#misses,
      precision: hits / Math.max(1, hits + this.#falseAlarms),
      recall: hits / Math.max(1, hits + this.#misses),
      centerError: this.#centerErrors / Math.max(1, hits),
      heightError: this.#heightErrors / Math.max(1, hits),
    };
  }

  #isDemanded({ centerX, centerY, distanceM, visible }: TrueBox): boolean {
    const { nearestM, farthestM, leastVisible } = this.#demand;
    const inside = centerX >= 0 && centerX < 1 && centerY >= 0 && centerY < 1;
    return inside && visible >= leastVisible && distanceM >= nearestM && distanceM <= farthestM;
  }
}
