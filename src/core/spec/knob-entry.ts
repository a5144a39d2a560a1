import type { Node } from 'yaml';
import { forbiddenTarget } from '../knobs/forbidden.ts';
import type { Confirmation, KnobDeclaration, KnobTarget, KnobValue, TakesEffect } from '../knobs/knob.ts';
import { parseKnobValue } from '../knobs/knob-value.ts';
import { readConfirmation } from './confirm-entry.ts';
import { Entry } from './entry.ts';
import { readRangeOf } from './expression.ts';
import { isOpen, readChoices, readDomainOrOpen } from './knob-domain.ts';
import { readRosName } from './names.ts';
import { acceptedNames } from './nearest.ts';
import { keysOf } from './spec-keys.ts';
import type { SpecSource, Token } from './spec-source.ts';

const example = '{parameter: camera fps, values: [5, 15, 30], unit: Hz}';
const kinds = ['parameter', 'throttle', 'cgroup', 'power_mode'] as const;
const effects: readonly TakesEffect[] = [
  'immediate',
  'next-goal',
  'reconfigure',
  'restart',
  'service',
  'never',
  'unknown',
];

/** What differs from kind to kind. */
type Kind = {
  name: string;
  target: KnobTarget;
  at: Token | Node;
  takesEffect: TakesEffect;
  domain: KnobDeclaration['domain'];
  unit: string;
  confirm?: Confirmation;
};

/** One entry of `knobs`; undefined when refused. */
export function readKnob(source: SpecSource, node: Node): KnobDeclaration | undefined {
  const entry = Entry.at(source, node, 'A knob', example);
  const kindKey = entry?.oneOf(kinds) as (typeof kinds)[number] | undefined;
  entry?.allowOnly(keysOf(...(kindKey === undefined ? kinds : [kindKey]), 'knob'));
  if (entry === undefined || kindKey === undefined) return undefined;
  const kind = readKind(entry, kindKey);
  const name = entry.text('name');
  const takesEffect = readTakesEffect(entry);
  if (kind === undefined || entry.refused('name', name)) return undefined;
  if (entry.refused('takes_effect', takesEffect)) return undefined;
  const forbidden = forbiddenTarget(kind.target);
  if (forbidden !== undefined) return source.refuse({ ...forbidden, at: kind.at });
  const declaration: KnobDeclaration = {
    name: name?.text ?? kind.name,
    target: kind.target,
    domain: kind.domain,
    unit: kind.unit,
    takesEffect: takesEffect ?? kind.takesEffect,
    ...(kind.confirm && { confirm: kind.confirm }),
  };
  if (!entry.has('default')) return declaration;
  const value = readDefault(entry, declaration);
  return value === undefined ? undefined : { ...declaration, default: value };
}

function readKind(entry: Entry, key: (typeof kinds)[number]): Kind | undefined {
  switch (key) {
    case 'parameter':
      return readParameter(entry);
    case 'throttle':
      return readThrottle(entry);
    case 'cgroup':
      return readCgroup(entry);
    case 'power_mode':
      return readPowerMode(entry);
  }
}

function readParameter(entry: Entry): Kind | undefined {
  const token = entry.text('parameter');
  const target = token && readParameterTarget(entry.source, token);
  const range = readDomainOrOpen(entry);
  const confirm = readConfirmation(entry, range && isOpen(range.domain) ? undefined : range?.unit);
  if (token === undefined || target === undefined || range === undefined) return undefined;
  if (entry.refused('confirm', confirm)) return undefined;
  return {
    name: `${target.node} ${target.parameter}`,
    target,
    at: token,
    takesEffect: 'unknown',
    ...range,
    ...(confirm && { confirm }),
  };
}

function readParameterTarget(source: SpecSource, token: Token) {
  const [node, parameter, ...rest] = token.text.trim().split(/\s+/);
  if (node === undefined || parameter === undefined || rest.length > 0) {
    return source.refuse({
      code: 'TT_SPEC_EXPRESSION',
      reason: 'A parameter is named by its node and its name.',
      at: token,
      found: token.text,
      accepted: 'two words, as in camera fps',
    });
  }
  const name = readRosName(source, token, node);
  return name === undefined ? undefined : { kind: 'parameter' as const, node: name, parameter };
}

function readThrottle(entry: Entry): Kind | undefined {
  const token = entry.text('throttle');
  const target = token && readChannel(entry.source, token);
  const range = readRequiredRange(entry, 'rate', '[1, 30] Hz', 'rate');
  if (token === undefined || target === undefined || range === undefined) return undefined;
  return {
    name: `throttle ${target.to}`,
    target,
    at: token,
    takesEffect: 'immediate',
    domain: { type: 'real', ...range },
    unit: 'Hz',
    confirm: { metric: 'topic-rate', topic: target.to, relation: 'at-most' },
  };
}

function readChannel(source: SpecSource, token: Token) {
  const channel = /^(?<from>\S+)\s*->\s*(?<to>\S+)$/.exec(token.text)?.groups;
  if (channel === undefined) {
    return source.refuse({
      code: 'TT_SPEC_EXPRESSION',
      reason: 'A throttle stands between two topics.',
      at: token,
      found: token.text,
      accepted: 'source -> destination',
    });
  }
  const { from: before = '', to: after = '' } = channel;
  const from = readRosName(source, token, before);
  const to = readRosName(source, token, after, token.text.length - after.length);
  if (from === undefined || to === undefined) return undefined;
  if (from !== to) return { kind: 'throttle' as const, from, to };
  return source.refuse({
    code: 'TT_SPEC_RANGE',
    reason: 'A throttle cannot feed itself.',
    at: token,
    found: token.text,
    accepted: 'two different topics',
  });
}

function readCgroup(entry: Entry): Kind | undefined {
  const token = entry.text('cgroup');
  const range = readRequiredRange(entry, 'cpu', '[0.1, 2] cores', 'cpu');
  if (token === undefined || range === undefined) return undefined;
  const process = token.text;
  return {
    name: `cpu ${process}`,
    target: { kind: 'cgroup', process, resource: 'cpu' },
    at: token,
    takesEffect: 'immediate',
    domain: { type: 'real', ...range },
    unit: 'cores',
    confirm: { metric: 'process-cpu', process, relation: 'at-most' },
  };
}

function readRequiredRange(entry: Entry, key: string, accepted: string, quantity: 'rate' | 'cpu') {
  const { source } = entry;
  if (entry.oneOf([key]) === undefined) return undefined;
  const value = entry.value(key);
  if (value === undefined) return undefined;
  const token = source.token(value);
  if (token !== undefined) return readRangeOf(source, token, quantity);
  const reason = `The bounds of a ${quantity} need a unit.`;
  return source.refuse({ code: 'TT_SPEC_UNIT', reason, at: value, found: source.excerpt(value), accepted });
}

function readPowerMode(entry: Entry): Kind | undefined {
  const flag = entry.flag('power_mode');
  const values = entry.has('choices') ? readChoices(entry) : [];
  if (flag === undefined || values === undefined) return undefined;
  const at = entry.value('power_mode') as Node;
  if (!flag) {
    return entry.source.refuse({
      code: 'TT_SPEC_RANGE',
      reason: 'A knob is there to be turned.',
      at,
      found: 'false',
      accepted: 'true, or no such entry',
    });
  }
  return {
    name: 'power mode',
    target: { kind: 'power-mode' },
    at,
    takesEffect: 'unknown',
    domain: { type: 'categorical', values },
    unit: '',
  };
}

function readTakesEffect(entry: Entry): TakesEffect | undefined {
  const token = entry.text('takes_effect');
  const effect = effects.find((name) => name === token?.text);
  if (token === undefined || effect !== undefined) return effect;
  return entry.source.refuse({
    code: 'TT_SPEC_EXPRESSION',
    reason: 'A value cannot take effect like this.',
    at: token,
    found: token.text,
    accepted: acceptedNames(token.text, effects),
  });
}

function readDefault(entry: Entry, declaration: KnobDeclaration): KnobValue | undefined {
  const token = entry.expression('default', 'one value');
  if (token === undefined) return undefined;
  const result = parseKnobValue(declaration, token.text);
  if (result.ok) return result.value;
  for (const refusal of result.refusals)
    entry.source.refuse({ ...refusal, code: specCode(refusal.code), at: token });
  return undefined;
}

/** A wrong value in a spec is the spec's fault, not a parameter's. */
function specCode(code: string): 'TT_SPEC_TYPE' | 'TT_SPEC_UNIT' | 'TT_SPEC_RANGE' {
  if (code === 'TT_SPEC_UNIT') return code;
  return code === 'TT_PARAM_TYPE' ? 'TT_SPEC_TYPE' : 'TT_SPEC_RANGE';
}
