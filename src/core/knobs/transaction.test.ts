import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../random.ts';
import { type Change, orderChanges, type Step } from './change-order.ts';
import type { Actuator, BatchWriter, Configuration, KnobDeclaration, KnobValue, Written } from './knob.ts';
import { cpuLimit, detail, fps, knobs, place, throttle } from './knob-fixture.ts';
import { MemoryActuator } from './memory-actuator.ts';
import { applyTransaction, type Plan, planTransaction, putBack } from './transaction.ts';

function planOf(current: Configuration, wanted: Configuration): Plan {
  const plan = planTransaction(knobs, current, wanted);
  if (!plan.ok) throw new Error(JSON.stringify(plan.refusals));
  return plan.value;
}

const start: Configuration = {
  'camera fps': 30,
  'throttle preview': 20,
  'cpu preview': 1,
  'preview detail': 2,
  'detector place': 'edge',
};
const names = (steps: Step[] | undefined) => steps?.flat().map(({ declaration }) => declaration.name);
const order = (changes: Change[]) => orderChanges(knobs, start, changes);

describe('the order of changes', () => {
  const change = (declaration: KnobDeclaration, from: KnobValue, to: KnobValue): Change => ({
    declaration,
    from,
    to,
  });

  it('moves a network when rates are down and limits are up, alone', () => {
    const target = { kind: 'placement', node: 'detector', parameter: 'placement' } as const;
    const placement: KnobDeclaration = { ...place, name: 'placement detector', target };
    const ordered = order([
      change(fps, 10, 30),
      change(place, 'edge', 'cloud'),
      change(placement, 'edge', 'cloud'),
      change(throttle, 9, 5),
      change(cpuLimit, 0.5, 1),
    ]);
    expect(names(ordered)?.slice(0, 2)).toEqual(['cpu preview', 'throttle preview']);
    expect(names(ordered)?.at(-1)).toBe('camera fps');
    expect(ordered?.every((step) => step.length === 1)).toBe(true);
  });

  it('raises limits before rates', () => {
    const ordered = order([change(fps, 10, 30), change(cpuLimit, 0.5, 1), change(throttle, 5, 9)]);
    expect(names(ordered)).toEqual(['cpu preview', 'camera fps', 'throttle preview']);
  });

  it('lowers rates before limits', () => {
    const ordered = order([change(cpuLimit, 1, 0.5), change(fps, 30, 10), change(detail, 4, 1)]);
    expect(names(ordered)).toEqual(['camera fps', 'preview detail', 'cpu preview']);
  });

  it('changes what has no order after the relief and before the load', () => {
    const ordered = order([change(fps, 10, 30), change(place, 'edge', 'cloud'), change(throttle, 9, 5)]);
    expect(names(ordered)).toEqual(['throttle preview', 'detector place', 'camera fps']);
  });

  const period: KnobDeclaration = { ...detail, name: 'loop period', unit: 'ms', demand: 'falls' };
  const horizon: KnobDeclaration = { ...period, name: 'horizon', unit: 's', demand: 'rises' };
  const { demand: _, ...timeout } = { ...period, name: 'timeout' };

  it('lengthens a period before anything asks for more, and shortens it after all relief', () => {
    const longer = order([change(fps, 10, 30), change(period, 10, 100)]);
    expect(names(longer)).toEqual(['loop period', 'camera fps']);
    const shorter = order([change(period, 100, 10), change(fps, 30, 10)]);
    expect(names(shorter)).toEqual(['camera fps', 'loop period']);
  });

  it('tells a period from a horizon by what the knob says, and takes neither for granted', () => {
    const ordered = order([
      change(horizon, 1, 3),
      change(timeout, 100, 10),
      change(fps, 30, 10),
      change(horizon, 3, 1),
    ]);
    expect(names(ordered)).toEqual(['camera fps', 'horizon', 'timeout', 'horizon']);
  });

  it('takes a switch for work that is switched on', () => {
    const cloud: KnobDeclaration = {
      ...place,
      name: 'cloud',
      domain: { type: 'categorical', values: [false, true] },
      demand: 'rises',
    };
    expect(names(order([change(throttle, 5, 9), change(cloud, true, false)]))).toEqual([
      'cloud',
      'throttle preview',
    ]);
  });

  const nice: KnobDeclaration = {
    ...detail,
    name: 'nice preview',
    target: { kind: 'process', process: 'preview', attribute: 'nice' },
  };
  const weight: KnobDeclaration = {
    ...cpuLimit,
    name: 'weight preview',
    target: { kind: 'cgroup', process: 'preview', resource: 'weight' },
  };

  it.each([
    [nice, 0, 10],
    [nice, 10, 0],
    [weight, 100, 400],
    [weight, 400, 100],
  ])('moves a share while the least work has the most room: $name', (share, from, to) => {
    const ordered = order([
      change(cpuLimit, 0.5, 1),
      change(fps, 10, 30),
      change(share, from, to),
      change(throttle, 9, 5),
    ]);
    expect(names(ordered)).toEqual(['cpu preview', 'throttle preview', share.name, 'camera fps']);
  });

  it('gives CPUs like any room, and exchanges them in the middle', () => {
    const cpus: KnobDeclaration = {
      ...place,
      name: 'cpus preview',
      target: { kind: 'cgroup', process: 'preview', resource: 'cpus' },
    };
    const placed = (from: string, to: string) =>
      names(order([change(fps, 10, 30), change(throttle, 9, 5), change(cpus, from, to)]));
    expect(placed('0', '0-1')).toEqual(['cpus preview', 'throttle preview', 'camera fps']);
    expect(placed('0-2', '1')).toEqual(['throttle preview', 'camera fps', 'cpus preview']);
    expect(placed('0', '1')).toEqual(['throttle preview', 'cpus preview', 'camera fps']);
  });

  it('takes a throttle that lets everything pass for the highest rate', () => {
    const ordered = order([change(fps, 10, 30), change(throttle, -1, 5)]);
    expect(names(ordered)).toEqual(['throttle preview', 'camera fps']);
  });
});

describe('a plan', () => {
  it('leaves alone what holds already', () => {
    expect(planOf(start, start)).toEqual({ writes: [], undo: [] });
    expect(names(planOf(start, { ...start, 'camera fps': 10 }).writes)).toEqual(['camera fps']);
  });

  it('undoes in the safe order of the way back', () => {
    const { writes, undo } = planOf(start, { 'cpu preview': 0.5, 'camera fps': 10 });
    expect(names(writes)).toEqual(['camera fps', 'cpu preview']);
    expect(names(undo)).toEqual(['cpu preview', 'camera fps']);
    expect(undo.flat().map(({ to }) => to)).toEqual([1, 30]);
  });

  it('is refused when a value is out of range or a knob unknown', () => {
    expect(planTransaction(knobs, start, { 'camera fps': 12, fsp: 1 })).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_PARAM_RANGE' }, { code: 'TT_PARAM_UNKNOWN' }],
    });
  });

  it('is refused when a current value is not known', () => {
    expect(planTransaction(knobs, {}, { 'camera fps': 10 })).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_KNOB_UNREACHABLE', found: 'camera fps' }],
    });
  });
});

describe('knobs that must fit each other', () => {
  const frequency: KnobDeclaration = {
    ...fps,
    name: 'controller frequency',
    target: { kind: 'parameter', node: 'controller', parameter: 'controller_frequency' },
    domain: { type: 'real', low: 5, high: 50 },
  };
  const step: KnobDeclaration = {
    ...fps,
    name: 'model dt',
    target: { kind: 'parameter', node: 'planner', parameter: 'model_dt' },
    domain: { type: 'real', low: 0.01, high: 0.5 },
    unit: 's',
    couples: [{ knob: 'controller frequency', relation: '>=', of: 'reciprocal' }],
  };
  const coupled = [frequency, step];
  const at = (hz: number, seconds: number) => ({ 'controller frequency': hz, 'model dt': seconds });
  const plan = (from: Configuration, to: Configuration) => planTransaction(coupled, from, to);

  it('lengthens the step before the frequency is lowered, and shortens it after it was raised', () => {
    const lower = plan(at(20, 0.05), at(10, 0.1));
    const raise = plan(at(10, 0.1), at(20, 0.05));
    expect(lower.ok && names(lower.value.writes)).toEqual(['model dt', 'controller frequency']);
    expect(lower.ok && names(lower.value.undo)).toEqual(['controller frequency', 'model dt']);
    expect(raise.ok && names(raise.value.writes)).toEqual(['controller frequency', 'model dt']);
  });

  it('leads out of a state that did not fit, and back to it', () => {
    const out = plan(at(20, 0.04), at(20, 0.05));
    expect(out.ok && names(out.value.writes)).toEqual(['model dt']);
    expect(out.ok && out.value.undo.flat().map(({ to }) => to)).toEqual([0.04]);
  });

  it('refuses a configuration that does not fit, whichever of the two is named', () => {
    for (const wanted of [at(10, 0.05), { 'controller frequency': 10 }, { 'model dt': 0.02 }]) {
      const refused = plan(at(20, 0.05), wanted);
      expect(refused).toMatchObject({ ok: false, refusals: [{ code: 'TT_KNOB_COUPLED' }] });
    }
    expect(plan(at(20, 0.05), { 'controller frequency': 10 })).toMatchObject({
      refusals: [{ found: '0.05 s', accepted: '>= 0.1 s, that is 1 / controller frequency' }],
    });
  });

  it('does not blame a change for what was broken before and is not touched', () => {
    const other: KnobDeclaration = {
      ...detail,
      couples: [{ knob: 'cpu preview', relation: '<=', of: 'value' }],
    };
    const current = { ...at(20, 0.05), 'preview detail': 4, 'cpu preview': 1 };
    const declared = [...coupled, other, cpuLimit];
    expect(planTransaction(declared, current, { 'model dt': 0.1 }).ok).toBe(true);
    expect(planTransaction(declared, current, { 'cpu preview': 2 }).ok).toBe(false);
  });

  it('refuses when the two can only change places', () => {
    const swap: KnobDeclaration = {
      ...step,
      couples: [{ knob: 'controller frequency', relation: '>=', of: 'value' }],
    };
    const back: KnobDeclaration = {
      ...frequency,
      couples: [{ knob: 'model dt', relation: '>=', of: 'value' }],
    };
    const refused = planTransaction([swap, back], at(0.2, 0.2), at(5, 0.5));
    expect(refused).toMatchObject({ ok: false, refusals: [{ code: 'TT_KNOB_COUPLED' }] });
  });
});

describe('parameters of one node', () => {
  const width: KnobDeclaration = {
    ...detail,
    name: 'preview width',
    target: { kind: 'parameter', node: 'preview', parameter: 'width' },
  };
  const both = { 'preview detail': 3, 'preview width': 1 };
  const current = { ...start, 'preview width': 2 };

  /** Takes several values in one call and refuses all of them when one is `refused`. */
  class MemoryNode implements BatchWriter {
    readonly values = new Map<string, KnobValue>([
      ['preview detail', 2],
      ['preview width', 2],
    ]);
    readonly calls: string[][] = [];
    refused: KnobValue | undefined;

    async writeAll(values: ReadonlyMap<string, KnobValue>): Promise<Written> {
      this.calls.push([...values.keys()]);
      if ([...values.values()].some((value) => value === this.refused))
        return { ok: false, outcome: 'rejected', reason: 'not this one' };
      for (const [name, value] of values) this.values.set(name, value);
      return { ok: true };
    }

    actuator(key: string): Actuator {
      return {
        batch: { writer: this, key },
        write: (value) => this.writeAll(new Map([[key, value]])),
        read: async () => this.values.get(key),
      };
    }
  }

  function open() {
    const node = new MemoryNode();
    const actuators = healthy(start);
    for (const name of Object.keys(both)) actuators.set(name, node.actuator(name));
    const planned = planTransaction([...knobs, width], current, { ...both, 'camera fps': 10 });
    if (!planned.ok) throw new Error(JSON.stringify(planned.refusals));
    return { node, actuators, plan: planned.value };
  }

  it('are written in one call, between what only relieves and what only loads', async () => {
    const { node, actuators, plan } = open();
    expect(plan.writes.map((step) => step.map(({ declaration }) => declaration.name))).toEqual([
      ['camera fps'],
      ['preview detail', 'preview width'],
    ]);
    const report = await applyTransaction(actuators, plan);
    expect(report.applied).toBe(true);
    expect(node.calls).toEqual([['preview detail', 'preview width']]);
    expect(Object.fromEntries(node.values)).toEqual(both);
  });

  it('are refused together, and what was written before is put back', async () => {
    const { node, actuators, plan } = open();
    node.refused = 3;
    const report = await applyTransaction(actuators, plan);
    expect(report).toMatchObject({ applied: false, stuck: [] });
    expect(report.writes.map(({ verdict }) => verdict.outcome)).toEqual(['accepted', 'rejected', 'rejected']);
    expect(await actuators.get('camera fps')?.read()).toBe(30);
    expect(Object.fromEntries(node.values)).toEqual({ 'preview detail': 2, 'preview width': 2 });
  });

  it('are put back one by one when they cannot be together', async () => {
    const { node, actuators, plan } = open();
    for (const name of Object.keys(both)) await actuators.get(name)?.write(1);
    node.refused = 2;
    const stuck = await putBack(actuators, [
      plan.undo.flat().filter(({ declaration }) => declaration.name in both),
    ]);
    expect(stuck.map(({ name }) => name)).toEqual(['preview detail', 'preview width']);
    node.refused = undefined;
    expect(await putBack(actuators, plan.undo)).toEqual([]);
    expect(Object.fromEntries(node.values)).toEqual({ 'preview detail': 2, 'preview width': 2 });
  });
});

/** How an actuator can fail at a new value. */
type Failure = 'rejects' | 'vanishes' | 'throws' | 'clamps';
const failures: Failure[] = ['rejects', 'vanishes', 'throws', 'clamps'];

/** Holds its value in memory and fails at every value but the one it started with. */
class FailingActuator implements Actuator {
  readonly #inner: MemoryActuator;
  readonly #first: KnobValue;
  readonly #other: KnobValue;
  readonly #failure: Failure;

  constructor(declaration: KnobDeclaration, first: KnobValue, failure: Failure) {
    this.#inner = new MemoryActuator(declaration, first);
    this.#first = first;
    this.#failure = failure;
    const { domain } = declaration;
    this.#other = 'low' in domain ? domain.low : (domain.values[0] as KnobValue);
  }

  async write(value: KnobValue): ReturnType<Actuator['write']> {
    if (value === this.#first) return this.#inner.write(value);
    if (this.#failure === 'throws') throw new Error('broken pipe');
    if (this.#failure === 'rejects') return { ok: false, outcome: 'rejected', reason: 'not now' };
    if (this.#failure === 'vanishes') return { ok: false, outcome: 'unreachable', reason: 'timeout' };
    return this.#inner.write(this.#other);
  }

  async read(): Promise<KnobValue> {
    return this.#inner.read();
  }
}

function randomValue({ domain }: KnobDeclaration, random: Random): KnobValue {
  if (domain.type === 'real') return domain.low + random.next() * (domain.high - domain.low);
  if (domain.type === 'integer')
    return domain.low + Math.floor(random.next() * (domain.high - domain.low + 1));
  return domain.values[Math.floor(random.next() * domain.values.length)] as KnobValue;
}

const randomConfiguration = (random: Random): Configuration =>
  Object.fromEntries(knobs.map((knob) => [knob.name, randomValue(knob, random)]));

async function stateOf(actuators: ReadonlyMap<string, Actuator>): Promise<Configuration> {
  const entries = [...actuators].map(async ([name, actuator]) => [name, await actuator.read()]);
  return Object.fromEntries(await Promise.all(entries));
}

const healthy = (current: Configuration) =>
  new Map<string, Actuator>(
    knobs.map((knob) => [knob.name, new MemoryActuator(knob, current[knob.name] as KnobValue)]),
  );

describe('a transaction', () => {
  it('writes everything and says so for each knob', async () => {
    const wanted = { ...start, 'camera fps': 10, 'detector place': 'cloud' };
    const actuators = healthy(start);
    const report = await applyTransaction(actuators, planOf(start, wanted));
    expect(report).toMatchObject({ applied: true, stuck: [] });
    expect(report.writes.map(({ name, verdict }) => [name, verdict.outcome])).toEqual([
      ['camera fps', 'accepted'],
      ['detector place', 'accepted'],
    ]);
    expect(await stateOf(actuators)).toEqual(wanted);
  });

  it('reports the failed write last and touches nothing after it', async () => {
    const actuators = healthy(start).set('detector place', new FailingActuator(place, 'edge', 'rejects'));
    const wanted = { ...start, 'camera fps': 10, 'detector place': 'cloud', 'cpu preview': 0.5 };
    const report = await applyTransaction(actuators, planOf(start, wanted));
    expect(report.applied).toBe(false);
    expect(report.writes.map(({ name, verdict }) => [name, verdict.outcome])).toEqual([
      ['camera fps', 'accepted'],
      ['detector place', 'rejected'],
    ]);
  });

  it('fails as unreachable when nothing can turn a knob', async () => {
    const actuators = healthy(start);
    actuators.delete('cpu preview');
    const report = await applyTransaction(actuators, planOf(start, { 'camera fps': 10, 'cpu preview': 0.5 }));
    expect(report.writes.at(-1)).toMatchObject({ name: 'cpu preview', verdict: { outcome: 'unreachable' } });
    expect(await actuators.get('camera fps')?.read()).toBe(30);
  });

  it('names the knobs it could not put back', async () => {
    let writes = 0;
    const oneWay: Actuator = {
      write: async () =>
        writes++ === 0 ? { ok: true } : { ok: false, outcome: 'unreachable', reason: 'gone' },
      read: async () => 10,
    };
    const actuators = healthy(start).set('camera fps', oneWay);
    actuators.set('cpu preview', new FailingActuator(cpuLimit, 1, 'rejects'));
    const report = await applyTransaction(actuators, planOf(start, { 'camera fps': 10, 'cpu preview': 0.5 }));
    expect(report).toMatchObject({ applied: false, stuck: [{ name: 'camera fps', reason: 'gone' }] });
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'leaves all as it was when any knobs fail (seed %d)',
    async (seed) => {
      const random = seededRandom(seed);
      const current = randomConfiguration(random);
      const wanted = randomConfiguration(random);
      const plan = planOf(current, wanted);
      const actuators = healthy(current);
      const failing = plan.writes
        .flat()
        .filter(() => random.next() < 0.4)
        .map(({ declaration }) => declaration);
      for (const knob of failing) {
        const failure = failures[Math.floor(random.next() * failures.length)] as Failure;
        actuators.set(knob.name, new FailingActuator(knob, current[knob.name] as KnobValue, failure));
      }
      const report = await applyTransaction(actuators, plan);
      const state = await stateOf(actuators);
      expect(report.stuck).toEqual([]);
      expect(state).toEqual(report.applied ? wanted : current);
      if (failing.length === 0) expect(report.applied).toBe(true);
      else if (report.applied) expect(report.writes).toHaveLength(plan.writes.flat().length);
    },
  );
});
