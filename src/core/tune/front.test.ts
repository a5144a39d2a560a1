import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock.ts';
import type { Configuration } from '../knobs/knob.ts';
import { normal, type Random, seededRandom } from '../random.ts';
import { ConstrainedGpDesigner } from './constrained-gp.ts';
import type { Designer, Problem } from './designer.ts';
import { explainStudy } from './explain-study.ts';
import { describeStudy } from './explanation-text.ts';
import { frontOf } from './front.ts';
import { type JournalEvent, parseJournal } from './journal.ts';
import { hypervolume } from './pareto.ts';
import { RandomDesigner } from './random.ts';
import { rankTried, trustedProbability } from './recommend.ts';
import { replayStudy } from './replay.ts';
import { SafeDesigner } from './safe-designer.ts';
import { type Measurement, Study } from './study.ts';
import { recordOf } from './study-record.ts';
import type { TrialRecord } from './study-state.ts';
import { isFeasible } from './surrogate.ts';
import { contentionTradeOff } from './testing/contention.ts';
import { designerContract, type MakeDesigner } from './testing/designer-contract.ts';

/** One knob trades the objectives off, the other does harm; both objectives grow with `detail`, up to a load. */
const problem: Problem = {
  space: [
    { name: 'share', domain: { type: 'real', low: 0, high: 1 } },
    { name: 'detail', domain: { type: 'real', low: 0, high: 1 } },
  ],
  constraints: ['load'],
  objectives: ['near', 'far'],
};

function measure({ share, detail }: Configuration, luck = 0): Measurement {
  const [x, y] = [Number(share), Number(detail)];
  const objectives = { near: y * Math.sqrt(x) + luck, far: y * Math.sqrt(1 - x) + luck };
  return { objective: (objectives.near + objectives.far) / 2, objectives, margins: { load: 0.8 - y } };
}

const trialAt = (trial: number, share: number, detail: number, luck = 0): TrialRecord => {
  const configuration = { share, detail };
  const observation = { configuration, ...measure(configuration, luck) };
  const feasible = isFeasible(problem.constraints, observation);
  return { trial, kind: 'search', configuration, reason: 'scripted', observation, feasible };
};

const shares = [0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1];
const trials = [
  ...shares.map((share, i) => trialAt(i + 1, share, 0.6)),
  trialAt(9, 0.5, 0.2),
  trialAt(10, 0.3, 0.95),
  trialAt(11, 0.8, 0.9),
];

describe('the front of what was tried', () => {
  const front = frontOf({ problem, trials });

  it('has what nothing trusted beats, the first objective best first', () => {
    expect(front.map(({ trial }) => trial)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    for (const { probability } of front) expect(probability).toBeGreaterThan(0.8);
  });

  it('has one knee, in its middle', () => {
    const knees = front.filter(({ knee }) => knee);
    expect(knees).toHaveLength(1);
    expect(knees[0]?.configuration.share).toBeGreaterThanOrEqual(0.3);
    expect(knees[0]?.configuration.share).toBeLessThanOrEqual(0.75);
    expect(
      rankTried(
        problem,
        trials.map(({ observation }) => observation!),
      )[0],
    ).toMatchObject({
      configuration: knees[0]!.configuration,
      isOnFront: true,
    });
  });

  it('leaves out what failed once, however often it was met besides', () => {
    const failed = { ...trialAt(12, 0.45, 0.6), feasible: false };
    expect(frontOf({ problem, trials: [...trials, failed] }).map(({ trial }) => trial)).toEqual([
      8, 7, 6, 5, 3, 2, 1,
    ]);
  });

  it('is told by what the models believe, not by a lucky measurement of what others beat', () => {
    // Around the same point five measurements scatter about the truth; the luckiest alone would push all neighbours off the front.
    const scattered = [-0.2, 0.35, -0.15, -0.1, 0.1].map((luck, i) =>
      trialAt(20 + i, 0.46 + i / 1000, 0.5, luck),
    );
    const all = [...trials, ...scattered];
    const lucky = scattered[1]!;
    const best = Math.max(
      ...all.map(({ observation }) => observation!.objectives!.near! + observation!.objectives!.far!),
    );
    expect(lucky.observation!.objectives!.near! + lucky.observation!.objectives!.far!).toBe(best);
    const believed = frontOf({ problem, trials: all }).map(({ trial }) => trial);
    expect(believed).not.toContain(lucky.trial);
    expect(believed).toContain(4);
  });

  it('is empty for one objective, for no trial, and where nothing can be trusted', () => {
    const { objectives: _, ...single } = problem;
    expect(frontOf({ problem: single, trials })).toEqual([]);
    expect(frontOf({ problem, trials: [] })).toEqual([]);
    expect(frontOf({ problem, trials: trials.slice(9) })).toEqual([]);
  });

  it('is empty while an objective was never measured', () => {
    const blind = trials.map((trial) => ({
      ...trial,
      observation: { ...trial.observation!, objectives: { near: 0.5 } },
    }));
    expect(frontOf({ problem, trials: blind })).toEqual([]);
  });
});

/** A study of the made-up robot, in which `designer` searches. */
function study(designer: Designer, journal: JournalEvent[] = []) {
  return {
    name: 'front',
    seed: 4,
    problem,
    designer,
    clock: new VirtualClock(),
    maxTrials: 16,
    onEvent: (event: JournalEvent) => journal.push(event),
  };
}
const designerOf = (seed: number) => new ConstrainedGpDesigner({ problem, random: seededRandom(seed) });

function finish(search: Study, answer: (configuration: Configuration) => Measurement): void {
  const next = () => search.ask() ?? search.nextVerification();
  for (let trial = next(); trial; trial = next()) search.tell(answer(trial.configuration));
}

describe('what was verified', () => {
  const concludedWith = ({ configuration }: TrialRecord) => ({ configuration, verified: true, text: '' });
  const verificationOf = (one: TrialRecord, trial: number): TrialRecord => ({
    ...one,
    trial,
    kind: 'verification',
  });

  it('is on the front of every study that ends with it, also where measurements are too noisy to trust anything', () => {
    const ended = Array.from({ length: 8 }, (_, i) => {
      const noise = seededRandom(100 + i);
      const search = new Study({ ...study(designerOf(i)), maxTrials: 12 });
      finish(search, (one) => {
        const load = 0.1 * normal(noise) - Number(one.detail);
        return { ...measure(one), margins: { load } };
      });
      return { conclusion: search.conclusion()!, front: frontOf(search.record) };
    }).filter(({ conclusion }) => conclusion.verified);
    for (const { conclusion, front } of ended) {
      const marked = front.filter(({ verified }) => verified);
      expect(marked.map(({ configuration }) => configuration)).toEqual([conclusion.configuration]);
      expect(front.filter(({ knee }) => knee)).toHaveLength(1);
    }
    const untrusted = ended.filter(({ front }) =>
      front.every(({ probability }) => probability < trustedProbability),
    );
    expect(untrusted.length).toBeGreaterThan(0);
  }, 60_000);

  it('is on it beside what is believed to be better in everything, and is no knee then', () => {
    const beaten = trials[8]!;
    const all = [...trials, verificationOf(beaten, 12)];
    const alone = frontOf({ problem, trials: all });
    expect(alone.map(({ trial }) => trial)).not.toContain(beaten.trial);
    const front = frontOf({ problem, trials: all, concluded: concludedWith(beaten) });
    expect(front.filter(({ verified }) => verified).map(({ trial }) => trial)).toEqual([beaten.trial]);
    expect(front.filter(({ verified }) => !verified)).toEqual(alone);
    expect(front.filter(({ knee }) => knee)).toHaveLength(1);
  });

  it('is marked, and nothing else', () => {
    const end = trials[3]!;
    const front = frontOf({ problem, trials, concluded: concludedWith(end) });
    expect(front.filter(({ verified }) => verified).map(({ trial }) => trial)).toEqual([end.trial]);
    const unverified = frontOf({ problem, trials, concluded: { ...concludedWith(end), verified: false } });
    expect(unverified.map(({ trial }) => trial)).toEqual(front.map(({ trial }) => trial));
    expect(unverified.filter(({ verified }) => verified)).toEqual([]);
  });
});

describe('a study of objectives without weights', () => {
  const journal: JournalEvent[] = [];
  const noise = seededRandom(9);
  const search = new Study(study(designerOf(4), journal));
  finish(search, (one) => measure(one, 0.01 * normal(noise)));

  it('verifies the knee, which stays in force, and reports the front around it', () => {
    const conclusion = search.conclusion();
    expect(conclusion?.verified).toBe(true);
    expect(search.history.at(-1)?.reason).toContain('verification of the knee of the front');
    const front = frontOf(search.record);
    expect(front.length).toBeGreaterThan(2);
    const [best, worst] = [front[0]!, front.at(-1)!];
    expect(best.objectives.near! - worst.objectives.near!).toBeGreaterThan(0.3);
    expect(worst.objectives.far! - best.objectives.far!).toBeGreaterThan(0.3);
    const { near, far } = measure(conclusion!.configuration!).objectives!;
    expect(Math.min(near!, far!)).toBeGreaterThan(0.35);
  });

  it('says what each trial is expected to add', () => {
    const modelled = search.history.filter(({ reason }) => reason.includes('hypervolume'));
    expect(modelled.length).toBeGreaterThan(5);
    for (const { reason } of modelled)
      expect(reason).toMatch(/expected to add \S+ % to the front's hypervolume, probability of meeting all/);
  });

  it('can be replayed from its journal: the same suggestion, and the same front', () => {
    const written = journal.map((event) => `${JSON.stringify(event)}\n`).join('');
    const parsed = parseJournal(written, 'j.jsonl');
    if (!parsed.ok) throw new Error('unreadable');
    const record = recordOf(parsed.value, 'j.jsonl');
    expect(record.ok && frontOf(record.value)).toEqual(frontOf(search.record));
    const half = parsed.value.slice(
      0,
      parsed.value.findIndex((event) => event.type === 'asked' && event.trial === 12),
    );
    const replayed = replayStudy(study(designerOf(4)), half, 'j.jsonl');
    expect(replayed.ok && replayed.value.ask()?.configuration).toEqual(search.history[11]?.configuration);
  });

  it('is explained with its front, trials counted from 0', () => {
    const { front } = explainStudy(search.record);
    expect(front.map(({ trial }) => trial + 1)).toEqual(frontOf(search.record).map(({ trial }) => trial));
    const lines = describeStudy(explainStudy(search.record));
    expect(lines).toContain('the front of the objectives:');
    expect(
      lines.filter((line) => /^ {2}trial \d+, the knee(, verified)?: near \S+, far \S+$/.test(line)),
    ).toHaveLength(1);
  });

  it('refuses a journal whose objectives had weights', () => {
    const { objectives: _, ...weighted } = problem;
    const replayed = replayStudy(
      { ...study(designerOf(4)), problem: weighted },
      journal.slice(0, 3),
      'j.jsonl',
    );
    expect(replayed).toMatchObject({ ok: false, refusals: [{ code: 'TT_JOURNAL' }] });
  });

  it('ends when two trials in a row are expected to add less than one percent', () => {
    const scripted = (expectedImprovement: number): Designer => ({
      suggest: () => ({
        configuration: { share: 0.5, detail: 0.5 },
        reason: 'scripted',
        expectedImprovement,
      }),
      update: () => {},
    });
    const idle = new Study(study(scripted(0.009)));
    finish(idle, measure);
    expect(idle.stopped?.reason).toBe('converged');
    const busy = new Study(study(scripted(0.011)));
    finish(busy, measure);
    expect(busy.stopped?.reason).toBe('budget');
  });

  it('keeps within what is surely feasible in its safe mode, and still spreads', () => {
    const safe = new SafeDesigner({ problem, designer: designerOf(4), random: seededRandom(4) });
    const careful = new Study(study(safe));
    finish(careful, measure);
    const violations = (one: Study) => one.history.filter(({ feasible }) => !feasible).length;
    expect(careful.conclusion()?.verified).toBe(true);
    expect(violations(careful)).toBeLessThanOrEqual(violations(search));
    expect(frontOf(careful.record).length).toBeGreaterThan(2);
  }, 60_000);
});

describe('a search for a front', () => {
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
  const trialsEach = 24;

  /** True hypervolume of the truly feasible trials, the overloaded configuration in force first. */
  function reached(seed: number, make: (of: Problem, random: Random) => Designer): number {
    const world = contentionTradeOff(seed);
    const designer = make(world.problem, seededRandom(seed));
    const noise = seededRandom(500 + seed);
    const truths = Array.from({ length: trialsEach }, (_, trial) => {
      const configuration = trial === 0 ? world.inForce : designer.suggest().configuration;
      designer.update(world.measure(configuration, noise));
      return world.truth(configuration);
    });
    const good = truths.filter((one) => isFeasible(world.problem.constraints, one));
    return hypervolume(good.map(({ objectives }) => Object.values(objectives!)));
  }

  it('covers more than a random one, on each of eight robots, and in sum more than twice as much', () => {
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    const ours = seeds.map((seed) =>
      reached(seed, (of, random) => new ConstrainedGpDesigner({ problem: of, random })),
    );
    const random = seeds.map((seed) =>
      reached(seed, (of, draw) => new RandomDesigner({ problem: of, random: draw })),
    );
    const shown = `ours ${ours.map((v) => v.toFixed(3))}, random ${random.map((v) => v.toFixed(3))}`;
    expect(
      ours.filter((value, i) => value > random[i]!),
      shown,
    ).toHaveLength(seeds.length);
    expect(sum(ours), shown).toBeGreaterThan(2 * sum(random));
  }, 60_000);
});

describe('the constrained-gp designer, in a search for a front', () => {
  // The clause of 200 observations takes long, and is of the models.
  const clauses = designerContract.filter(({ title }) => !title.includes('200'));

  /** The contract's single objective as two that contradict each other. */
  const make: MakeDesigner = ({ problem: of, random }) => {
    const designer = new ConstrainedGpDesigner({ problem: { ...of, objectives: ['one', 'other'] }, random });
    return {
      suggest: () => designer.suggest(),
      update: (told) => {
        const { objective: one } = told;
        designer.update(one === undefined ? told : { ...told, objectives: { one, other: 40 - one } });
      },
    };
  };

  it.each(clauses)(
    '$title',
    ({ check }) => {
      expect(() => check(make)).not.toThrow();
    },
    60_000,
  );
});
