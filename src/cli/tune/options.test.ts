import { describe, expect, it } from 'vitest';
import { readTuneOptions } from './options.ts';

describe('the command line of tune', () => {
  it('takes a spec alone', () => {
    expect(readTuneOptions(['/a/spec.yaml'])).toEqual({
      ok: true,
      value: {
        specFile: '/a/spec.yaml',
        resume: '',
        trials: 0,
        seconds: 0,
        violationSeconds: 0,
        safety: '',
        designer: '',
        seed: 1,
        dryRun: false,
        json: false,
        tuner: '/tuner',
      },
    });
  });

  it('takes every option, in any order', () => {
    const args = [
      '--safety',
      'safe',
      '--trials',
      '20',
      '/a/spec.yaml',
      '--seconds=90',
      '--violation-seconds',
      '7.5',
    ];
    const more = ['--designer', 'sobol', '--seed', '0', '--dry-run', '--json', '--tuner', 'robot1/tuner'];
    expect(readTuneOptions([...args, ...more])).toMatchObject({
      ok: true,
      value: {
        specFile: '/a/spec.yaml',
        trials: 20,
        seconds: 90,
        violationSeconds: 7.5,
        safety: 'safe',
        designer: 'sobol',
        seed: 0,
        dryRun: true,
        json: true,
        tuner: '/robot1/tuner',
      },
    });
  });

  it('takes a journal to go on with, whose search asks for nothing else', () => {
    expect(readTuneOptions(['/a/spec.yaml', '--resume', '/state/study-1.jsonl', '--json'])).toMatchObject({
      ok: true,
      value: { specFile: '/a/spec.yaml', resume: '/state/study-1.jsonl', trials: 0, seed: 0, json: true },
    });
  });

  it.each([
    [[]],
    [['a.yaml', 'b.yaml']],
    [['a.yaml', '--trials', '1']],
    [['a.yaml', '--trials', '2.5']],
    [['a.yaml', '--trials', 'many']],
    [['a.yaml', '--trials=']],
    [['a.yaml', '--seconds', '0']],
    [['a.yaml', '--violation-seconds', 'NaN']],
    [['a.yaml', '--safety', 'reckless']],
    [['a.yaml', '--designer', 'sobl']],
    [['a.yaml', '--fast']],
    [['a.yaml', '--seed']],
    [['--resume', 'j.jsonl']],
    [['a.yaml', '--resume']],
    [['a.yaml', '--resume=']],
    [['a.yaml', '--resume', 'j.jsonl', '--trials', '5']],
    [['a.yaml', '--resume', 'j.jsonl', '--seed', '0']],
    [['a.yaml', '--resume', 'j.jsonl', '--safety=']],
    [['a.yaml', '--resume', 'j.jsonl', '--dry-run']],
  ])('does not understand %j', (args) => {
    expect(readTuneOptions(args)).toMatchObject({ ok: false, refusals: [{ code: 'TT_USAGE' }] });
  });
});
