import type { KnobDeclaration } from './knob.ts';

/** Knobs for tests, one of each kind. */
export const fps: KnobDeclaration = {
  name: 'camera fps',
  target: { kind: 'parameter', node: 'camera', parameter: 'fps' },
  domain: { type: 'ordinal', values: [10, 15, 20, 25, 30] },
  unit: 'Hz',
  takesEffect: 'immediate',
  confirm: { metric: 'topic-rate', topic: 'image', relation: 'equals' },
};

export const throttle: KnobDeclaration = {
  name: 'throttle preview',
  target: { kind: 'throttle', from: 'image', to: 'preview' },
  domain: { type: 'real', low: 1, high: 30 },
  unit: 'Hz',
  takesEffect: 'immediate',
  confirm: { metric: 'topic-rate', topic: 'preview', relation: 'at-most' },
};

export const cpuLimit: KnobDeclaration = {
  name: 'cpu preview',
  target: { kind: 'cgroup', process: 'preview', resource: 'cpu' },
  domain: { type: 'real', low: 0.1, high: 2 },
  unit: 'cores',
  takesEffect: 'immediate',
  confirm: { metric: 'process-cpu', process: 'preview', relation: 'at-most' },
};

export const detail: KnobDeclaration = {
  name: 'preview detail',
  target: { kind: 'parameter', node: 'preview', parameter: 'detail' },
  domain: { type: 'integer', low: 1, high: 4 },
  unit: '',
  takesEffect: 'immediate',
  demand: 'rises',
};

export const place: KnobDeclaration = {
  name: 'detector place',
  target: { kind: 'parameter', node: 'detector', parameter: 'place' },
  domain: { type: 'categorical', values: ['edge', 'cloud', true] },
  unit: '',
  takesEffect: 'next-goal',
};

export const knobs: KnobDeclaration[] = [fps, throttle, cpuLimit, detail, place];
