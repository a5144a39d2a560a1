import { describe, expect, it } from 'vitest';
import { fillRequest } from './service-request.ts';

describe('the request of a service', () => {
  it.each([
    ['{data: $value}', true, { data: true }],
    ['{data: $value, keep: 3}', 1.5, { data: 1.5, keep: 3 }],
    [
      '{velocity_limit: {linear: {x: $value, y: 0.2}}}',
      0.5,
      { velocity_limit: { linear: { x: 0.5, y: 0.2 } } },
    ],
    ['{cmd: "setfps $value"}', 'high', { cmd: 'setfps high' }],
    ['{names: [fps], values: [$value]}', 15, { names: ['fps'], values: [15] }],
    ['data: "$value"', 'x: y', { data: 'x: y' }],
    ['{classes: $value}', '[person, dog]', { classes: ['person', 'dog'] }],
    ['{classes: $value}', '[]', { classes: [] }],
    ['{cmd: "say $value"}', '[a]', { cmd: 'say [a]' }],
  ])('%s with %j', (template, value, request) => {
    expect(fillRequest(template, value)).toEqual({ ok: true, value: request });
  });

  it.each(['{data: true}', '{$value: 1}', '$value', '[$value]', '{data: $value', ''])(
    'is refused: %s',
    (template) => {
      expect(fillRequest(template, 1)).toMatchObject({
        ok: false,
        refusals: [{ code: 'TT_SPEC_EXPRESSION' }],
      });
    },
  );
});
