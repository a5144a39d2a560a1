import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { explainStudy } from '../../core/tune/explain-study.ts';
import { frontOf } from '../../core/tune/front.ts';
import type { StudyRecord } from '../../core/tune/study-record.ts';
import type { TrialRecord } from '../../core/tune/study-state.ts';
import { Explainer } from './explainer.ts';

/** Load is met up to a rate of 6. */
const study: StudyRecord = {
  name: 'robot.yaml',
  problem: {
    space: [{ name: 'rate', domain: { type: 'real', low: 0, high: 10 } }],
    constraints: ['load'],
  },
  trials: [8, 2, 4, 5.5].map((rate, i) => {
    const configuration = { rate };
    const observation = { configuration, objective: rate, margins: { load: 1 - rate / 6 } };
    return { trial: i + 1, kind: 'search', configuration, reason: '', observation, feasible: rate <= 6 };
  }),
};
const asked = { rate: 3 };

let explainer: Explainer;
afterEach(() => explainer.close());

/** An explainer whose thread runs this. */
function running(script: string): Explainer {
  return new Explainer(new URL(`data:text/javascript,${encodeURIComponent(script)}`));
}

describe('Explainer', () => {
  it('says what explainStudy says', async () => {
    explainer = new Explainer();
    const explained = await explainer.explain(study, asked);
    expect(explained).toEqual({ ok: true, value: explainStudy(study, asked) });
  });

  it('says which front frontOf says', async () => {
    explainer = new Explainer();
    const trials = study.trials.map((trial): TrialRecord => {
      const rate = trial.configuration.rate as number;
      return { ...trial, observation: { ...trial.observation!, objectives: { rate, rest: 10 - rate } } };
    });
    const traded = { ...study, problem: { ...study.problem, objectives: ['rate', 'rest'] }, trials };
    const front = frontOf(traded);
    expect(front.length).toBeGreaterThan(1);
    expect(await explainer.front(traded)).toEqual({ ok: true, value: front });
  });

  it('leaves the thread that asks free', async () => {
    // The thread ends when it hears this one speak, so one that waited for it would wait for ever.
    explainer = running(`
      import { BroadcastChannel, parentPort } from 'node:worker_threads';
      const channel = new BroadcastChannel('explainer.test');
      channel.onmessage = () => { parentPort.postMessage('heard'); channel.close(); };
    `);
    const channel = new BroadcastChannel('explainer.test');
    let heard: unknown;
    void explainer.explain(study, asked).then((answer) => {
      heard = answer;
    });
    while (heard === undefined) {
      channel.postMessage('still here');
      await nextTurn();
    }
    channel.close();
    expect(heard).toEqual({ ok: true, value: 'heard' });
  });

  it('refuses with the reason when its thread fails, and goes on', async () => {
    explainer = running('throw new Error("out of order")');
    for (let i = 0; i < 2; i++)
      expect(await explainer.explain(study, asked)).toMatchObject({
        ok: false,
        refusals: [{ code: 'TT_THREAD', found: 'out of order' }],
      });
  });

  it('refuses when its thread ends in silence', async () => {
    explainer = running('');
    const refused = await explainer.explain(study, asked);
    expect(refused).toMatchObject({ ok: false, refusals: [{ code: 'TT_THREAD' }] });
  });

  it('ends with what it is at and what waits refused', async () => {
    explainer = running('setInterval(() => undefined, 1000)');
    const answers = [explainer.explain(study, asked), explainer.front(study)];
    await nextTurn();
    await explainer.close();
    for (const answer of [...answers, explainer.explain(study, asked)])
      expect(await answer).toMatchObject({ ok: false, refusals: [{ code: 'TT_STATE' }] });
  });
});
