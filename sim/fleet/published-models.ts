import type { ModelProfile } from '../../src/core/schedule/index.ts';

/**
 * One of the six models of arXiv 2412.20860 (its program's table for AWS Lambda), with its name in recorded
 * workloads and the points of a QoE window that is met, which the program declares but never applies.
 */
export type PublishedModel = ModelProfile & { recordedName: string; qoeBonus: number };

/** How often the published program's idle edge looks for work: a sleep of 5 ms, which takes a little longer. */
export const publishedPollMs = 5.1;

/** Deadlines of MD are 750 ms in the light workload, 850 ms in the others. */
export const publishedModels: readonly PublishedModel[] = [
  model('HV', 100, 'HAZARD_VEST', {
    deadlineMs: 650,
    edgeMs: 174,
    cloudMs: 398,
    benefit: 125,
    edgeCost: 1,
    cloudCost: 25,
  }),
  model('DEV', 120, 'DISTANCE_ESTIMATION_VIP', {
    deadlineMs: 750,
    edgeMs: 172,
    cloudMs: 429,
    benefit: 100,
    edgeCost: 1,
    cloudCost: 26,
    patient: true,
  }),
  model('MD', 130, 'MASK_DETECTION', {
    deadlineMs: 850,
    edgeMs: 142,
    cloudMs: 589,
    benefit: 75,
    edgeCost: 1,
    cloudCost: 15,
    patient: true,
  }),
  model('BP', 150, 'BODY_POSE_ESTIMATION', {
    deadlineMs: 900,
    edgeMs: 244,
    cloudMs: 542,
    benefit: 40,
    edgeCost: 2,
    cloudCost: 43,
    patient: true,
  }),
  model('CD', 140, 'CROWD_DENSITY', {
    deadlineMs: 1000,
    edgeMs: 563,
    cloudMs: 878,
    benefit: 175,
    edgeCost: 4,
    cloudCost: 152,
  }),
  model('DEO', 160, 'DISTANCE_ESTIMATION_OBJECT', {
    deadlineMs: 950,
    edgeMs: 739,
    cloudMs: 832,
    benefit: 250,
    edgeCost: 6,
    cloudCost: 210,
  }),
];

function model(
  id: string,
  qoeBonus: number,
  recordedName: string,
  rest: Omit<ModelProfile, 'id'>,
): PublishedModel {
  return { id, recordedName, qoeBonus, ...rest };
}
