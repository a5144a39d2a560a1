import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../ros/index.ts';
import { createStyle, ProgressLine, textWidth } from '../terminal/index.ts';
import { JsonView, TerminalView } from './search-view.ts';

const width = 80;

const settings = (fps: number) => [{ name: 'camera fps', value: String(fps) }];

function trial(number: number, { fps = 30, coreHz = 10, outcome = 'confirmed' } = {}): Message {
  return {
    number,
    configuration: settings(fps),
    verdicts: [
      { name: 'camera fps', requested: String(fps), achieved: String(fps), outcome, reason: 'seen' },
    ],
    margins: [
      requirement({ name: 'core rate >= 20 Hz', measured: coreHz, margin: coreHz / 20 - 1 }),
      requirement({ name: 'a -> b latency p95 <= 90 ms', measured: 80, margin: 0.1, confidence: 0.917 }),
      { ...requirement({ name: 'map rate', measured: Number.NaN, margin: Number.NaN }), kind: 'objective' },
    ],
    feasible: coreHz >= 20,
    cut_short: coreHz < 12,
    violation_seconds: coreHz < 20 ? 3.5 : 0,
    score: coreHz / 40,
    reason: number === 0 ? 'the configuration in force' : 'a guess',
  };
}

function requirement({ name, measured, margin, confidence = Number.NaN }: Message): Message {
  return {
    name,
    kind: 'requirement',
    required: '',
    measured,
    unit: 'Hz',
    margin,
    met: margin >= 0,
    confidence,
  };
}

const feedback = (phase: string, of: Message, violation_seconds = 0): Message => {
  return { phase, trial: of, best: [], best_score: of.score, violation_seconds };
};

const result = (fps: number, success: boolean): Message => {
  return {
    success,
    code: success ? '' : 'TT_CANCELLED',
    message: '',
    configuration: settings(fps),
    before: settings(30),
    margins: success ? trial(1, { fps, coreHz: 25 }).margins : [],
    trials: 2,
    violation_seconds: 3.5,
    journal_path: '/state/study.jsonl',
    front: [],
  };
};

function terminal() {
  const written: string[] = [];
  const output = { write: (text: string) => written.push(text) };
  const progress = new ProgressLine({ output, clock: { nowMs: () => 0 }, colour: false });
  const view = new TerminalView({
    output,
    style: createStyle(true),
    width,
    progress,
    specFile: 'mine.yaml',
  });
  return { view, text: () => stripVTControlCharacters(written.join('')) };
}

describe('what tune shows in a terminal', () => {
  it('is each trial with its reason, settings, verdicts, measurements and the best so far', () => {
    const { view, text } = terminal();
    view.show(feedback('applying', trial(0)));
    view.show(feedback('done', trial(0), 3.5));
    view.show(feedback('applying', trial(1)));
    view.show(feedback('done', trial(1, { fps: 5, coreHz: 25, outcome: 'no-effect' }), 3.5));
    view.close();
    expect(text()).toMatch(/✗ trial 0 .*misses 1 of 2, cut short, score 0\.250/);
    expect(text()).toMatch(/why: the configuration in force\n +camera fps 30 ✓\n/);
    expect(text()).toContain('✗ core rate >= 20 Hz: 10 Hz (-50 %)');
    expect(text()).toMatch(/p95 <= 90 ms: 80 Hz\s+\(\+10 %\), 91 % sure; map rate not measured/);
    expect(text()).toMatch(/✓ trial 1 .*all met, score 0\.625, the best so far/);
    expect(text()).toContain('camera fps 5 ✗ no-effect');
    expect(text()).toContain('best: trial 1, score 0.625; requirements broken for 3.5 s so far');
    for (const line of text().split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(width);
  });

  it('is, of a search that goes on, no trial as the best that is worse than an earlier one', () => {
    const { view, text } = terminal();
    view.show(feedback('applying', trial(5)));
    view.show({ ...feedback('done', trial(5, { coreHz: 25 })), best_score: 0.7 });
    view.show(feedback('applying', trial(6)));
    view.show(feedback('done', trial(6, { coreHz: 30 })));
    view.close();
    expect(text()).toMatch(/trial 5 .*all met, score 0\.625\n/);
    expect(text()).toContain('best: an earlier trial, score 0.700');
    expect(text()).toMatch(/trial 6 .*score 0\.750, the best so far/);
    expect(text()).toContain('best: trial 6, score 0.750');
  });

  it('is, at the end, the front with its knee and how another point of it is put in force', () => {
    const { view, text } = terminal();
    const point = (number: number, fps: number, marks: { knee?: boolean; in_force?: boolean } = {}) => ({
      trial: number,
      configuration: [...settings(fps), { name: 'model', value: 'small' }],
      objectives: [
        { name: 'map rate', value: fps / 2, unit: 'Hz' },
        { name: 'power', value: Number.NaN, unit: 'W' },
      ],
      knee: false,
      in_force: false,
      ...marks,
    });
    view.end({
      ...result(15, true),
      front: [point(4, 30.123456), point(2, 15, { knee: true, in_force: true })],
    });
    expect(text()).toMatch(/The front: each of these met every requirement/);
    expect(text()).toMatch(/What is\s+in\s+force\s+met\s+every\s+requirement\s+twice/);
    expect(text()).toMatch(/trial +map rate +power +knobs in which they differ/);
    expect(text()).toMatch(/4 +15\.06 Hz +not measured +camera fps 30\.12\n/);
    expect(text()).toMatch(/2 +7\.5 Hz +not measured +knee, in force +camera fps 15\n/);
    expect(text()).toContain('trial 4 so:\n  trimtab set --spec mine.yaml "camera fps=30.123456"');
  });

  it('is, where nothing stays in force, the front without a word of that', () => {
    const { view, text } = terminal();
    const point = { trial: 4, configuration: settings(30), objectives: [], knee: true, in_force: false };
    view.end({ ...result(15, false), front: [point] });
    expect(text()).toMatch(/The front: each of these met every requirement/);
    expect(text()).not.toContain('What is in force');
  });

  it('says why a trial could not be carried out', () => {
    const { view, text } = terminal();
    view.show(feedback('applying', trial(2)));
    view.show(feedback('failed', { ...trial(2), reason: 'camera: too hot' }));
    view.close();
    expect(text()).toMatch(/✗ trial 2 .*camera: too hot/);
  });

  it('ends with what stays in force beside what was before', () => {
    const { view, text } = terminal();
    view.end(result(5, true));
    expect(text()).toMatch(/camera fps +30 +5\n/);
    expect(text()).toContain('broken for 3.5 s');
    expect(text()).toContain('trimtab explain --journal /state/study.jsonl');
    expect(text()).not.toContain('put back');
  });

  it('says after a cancelled search that all was put back, or what was not', () => {
    const good = terminal();
    good.view.end(result(30, false));
    expect(good.text()).toContain('put back: camera fps 30');
    expect(good.text()).not.toContain('NOT');
    const bad = terminal();
    bad.view.end(result(5, false));
    expect(bad.text()).toContain('NOT put back: camera fps is 5, was 30');
    const early = terminal();
    early.view.end({ ...result(30, false), before: [], trials: 0, journal_path: '' });
    expect(early.text()).toContain('nothing was changed');
  });
});

describe('what tune writes with --json', () => {
  it('is one object a finished trial and one for the result, with null for what was not measured', () => {
    const written: string[] = [];
    const view = new JsonView({ write: (text) => written.push(text) });
    view.show(feedback('measuring', trial(0)));
    view.show(feedback('done', trial(0), 3.5));
    view.show(feedback('failed', trial(1)));
    view.end(result(5, true));
    const records = written
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map(({ type, phase }) => [type, phase])).toEqual([
      ['trial', 'done'],
      ['trial', 'failed'],
      ['result', undefined],
    ]);
    expect(records[0]).toMatchObject({ number: 0, feasible: false, violation_seconds: 3.5 });
    expect(records[0].margins[2].measured).toBeNull();
    expect(records[2]).toMatchObject({ success: true, trials: 2 });
  });
});
