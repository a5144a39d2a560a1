import { normal, type Random, seededRandom } from '../../../core/random.ts';
import type { DemoReport, DemoSeries, TimePoint, TrialResult } from '../demo-report.ts';

/** A report with invented numbers, for tests of what shows reports. Same seed, same report. */
export function sampleReport(seed = 1): DemoReport {
  const random = seededRandom(seed);
  return {
    trimtab: '0.0.0-sample',
    seed,
    command: `./trimtab demo --seed ${seed}`,
    started_at: '2000-01-01T00:00:00.000Z',
    spec: 'config/specs/sample.yaml',
    default: { met: false, score: 0.21, tracking_error_m: 2.18, lost_fraction: 0.412 },
    tuned: { met: true, score: 0.83, tracking_error_m: 0.46, lost_fraction: 0 },
    requirements: [
      {
        name: '/cmd_vel rate >= 20 Hz',
        required: '>= 20 Hz',
        comparison: '>=',
        bound: 20,
        unit: 'Hz',
        default: 11.3,
        tuned: 24.6,
        met_by_default: false,
        met_by_tuned: true,
      },
      {
        name: '/camera/image_raw -> /cmd_vel latency p95 <= 120 ms',
        required: '<= 120 ms',
        comparison: '<=',
        bound: 120,
        unit: 'ms',
        default: 486,
        tuned: 74.2,
        met_by_default: false,
        met_by_tuned: true,
      },
      {
        name: 'detector cpu <= 0.6 cores',
        required: '<= 0.6 cores',
        comparison: '<=',
        bound: 0.6,
        unit: 'cores',
        default: 0.48,
        tuned: 0.52,
        met_by_default: true,
        met_by_tuned: true,
      },
    ],
    objectives: [
      { name: '/detections rate', direction: 'maximize', weight: 2, unit: 'Hz', default: 11.4, tuned: 19.8 },
      { name: '/map/preview rate', direction: 'maximize', weight: 1, unit: 'Hz', default: 9.7, tuned: 4.1 },
    ],
    tasks: {
      created: 640,
      pending: 3,
      fates: {
        'on-time-edge': 402,
        'on-time-cloud': 176,
        'late-edge': 4,
        'late-cloud': 9,
        'dropped-deadline': 31,
        'dropped-cost': 12,
        'expired-cloud': 3,
      },
    },
    utility: 51_240,
    tracking_error_m: { default: 2.18, tuned: 0.46 },
    trials: 11,
    trial_log: sampleTrials(random),
    processes: [
      { name: 'detector', default_cores: 0.21, tuned_cores: 0.34 },
      { name: 'preview', default_cores: 0.4, tuned_cores: 0.12 },
    ],
    knobs: [
      {
        name: 'camera fps',
        unit: 'Hz',
        default: 30,
        tuned: 25,
        verdict: 'confirmed',
        achieved: '24.91234',
        evidence: '/camera/image_raw at 24.9 Hz over 2.5 s',
      },
      {
        name: 'preview rate',
        unit: 'Hz',
        default: 15,
        tuned: 4,
        verdict: 'confirmed',
        achieved: '4.0213',
        evidence: '/map/preview at 4.0 Hz over 2.5 s',
      },
      {
        name: 'preview cpu',
        unit: 'cores',
        default: 0.9,
        tuned: 0.25,
        verdict: 'accepted',
        achieved: '0.25',
        evidence: 'cpu.max reads back 25000 100000',
      },
    ],
    real: [
      { part: 'ROS graph', real: true, what: 'Sample: eight processes on Fast DDS' },
      { part: 'detector', real: true, what: 'Sample: an ONNX network through onnxruntime' },
      { part: 'cloud link', real: false, what: 'Sample: a delay and loss model before a real broker' },
    ],
    series: sampleSeries(random),
    phases: [
      { name: 'start', seconds: 4.2 },
      { name: 'default run', seconds: 15 },
      { name: 'tuning', seconds: 41.3 },
      { name: 'tuned run', seconds: 24 },
      { name: 'stop', seconds: 1.1 },
    ],
    machine: {
      cores: 2,
      cpu_model: 'Sample CPU @ 2.0 GHz',
      budget: '0.9 cores by cgroup v1',
      software: 'Sample Linux, Node 20, ROS 2 kilted, rmw_fastrtps_cpp',
    },
  };
}

function sampleTrials(random: Random): TrialResult[] {
  return Array.from({ length: 11 }, (_, number) => {
    const score = number === 0 ? 0.21 : Math.min(0.86, 0.2 + 0.06 * number + 0.1 * normal(random));
    const feasible = score >= 0.5 && number !== 2;
    const rate = feasible ? 24 : 12;
    return {
      number,
      configuration: {
        'camera fps': number === 0 ? 30 : 25,
        'preview rate': 15 - number,
        'preview cpu': 0.9 - number * 0.06,
      },
      verdicts: [
        { name: 'camera fps', outcome: 'confirmed', requested: '25', achieved: '24.9', reason: 'sample' },
      ],
      margins: [
        {
          name: '/cmd_vel rate >= 20 Hz',
          measured: rate,
          unit: 'Hz',
          margin: (rate - 20) / 20,
          met: feasible,
        },
        { name: '/detections rate', measured: rate, unit: 'Hz', margin: null, met: true },
      ],
      feasible,
      cut_short: number === 2,
      score: feasible ? score : Math.min(score, 0.45),
      reason: number < 4 ? 'sobol point of the first sweep' : 'largest constrained expected improvement',
    };
  });
}

function sampleSeries(random: Random): DemoSeries {
  const wander = (seconds: number, perSecond: number, at: (t_s: number) => number): TimePoint[] =>
    Array.from({ length: seconds * perSecond + 1 }, (_, index) => {
      const t_s = index / perSecond;
      return { t_s, value: Math.max(0, at(t_s) * (1 + 0.06 * normal(random))) };
    });
  return {
    tracking_error_m: {
      default: wander(15, 5, (t) => 0.6 + 3.2 * Math.sin(t / 5) ** 2),
      tuned: wander(24, 5, (t) => 0.45 + 0.18 * Math.sin(t / 2)),
    },
    cmd_vel_rate_hz: {
      default: wander(15, 1, () => 11.3),
      tuned: wander(24, 1, () => 24.6),
      requirement: '/cmd_vel rate >= 20 Hz',
    },
    path_latency_p95_ms: {
      default: wander(15, 1, (t) => 420 + 90 * Math.sin(t)),
      tuned: wander(24, 1, () => 74),
      requirement: '/camera/image_raw -> /cmd_vel latency p95 <= 120 ms',
    },
    link: [
      { t_s: 0, label: '40 ms, no loss', bad: false },
      { t_s: 8, label: '400 ms, 10 % loss', bad: true },
      { t_s: 16, label: '40 ms, no loss', bad: false },
    ],
    fates: Array.from({ length: 24 }, (_, t_s) => {
      const bad = t_s >= 8 && t_s < 16;
      return {
        t_s,
        edge: Math.round(9 + 2 * random.next()),
        cloud: bad ? 0 : Math.round(7 + 2 * random.next()),
        late: bad ? Math.round(random.next()) : 0,
        dropped: bad ? Math.round(3 + 3 * random.next()) : 0,
      };
    }),
  };
}
