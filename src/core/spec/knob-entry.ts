import type { Node } from 'yaml';
import { forbiddenKnob } from '../knobs/forbidden.ts';
import type { KnobDeclaration, KnobDomain, KnobValue, TakesEffect } from '../knobs/knob.ts';
import { parseKnobValue } from '../knobs/knob-value.ts';
import { readConfirmation } from './confirm-entry.ts';
import { readDemand } from './demand-entry.ts';
import { Entry } from './entry.ts';
import { isOpen, openDomain, readChoices, readDomainOrOpen, readOneValue } from './knob-domain.ts';
import { type KnobKind, readRequiredRange } from './knob-kind.ts';
import { readRosName } from './names.ts';
import { acceptedNames } from './nearest.ts';
import { readPlacement } from './placement-entry.ts';
import { readCgroup, readProcess } from './process-knob-entry.ts';
import { readService } from './service-knob-entry.ts';
import { type KeyGroup, keysOf } from './spec-keys.ts';
import type { SpecSource, Token } from './spec-source.ts';

const example = '{parameter: camera fps, values: [5, 15, 30], unit: Hz}';
/** The key that tells a knob's kind, with the keys that go with it and what reads them. */
const kinds: Record<string, { keys: KeyGroup; read: (entry: Entry) => KnobKind | undefined }> = {
  parameter: { keys: 'parameter', read: readParameter },
  throttle: { keys: 'throttle', read: readThrottle },
  service: { keys: 'service', read: readService },
  cgroup: { keys: 'cgroup', read: readCgroup },
  process: { keys: 'process_knob', read: readProcess },
  placement: { keys: 'placement', read: readPlacement },
  power_mode: { keys: 'power_mode', read: readPowerMode },
};
const effects: readonly TakesEffect[] = [
  'immediate',
  'next-goal',
  'reconfigure',
  'restart',
  'service',
  'never',
  'unknown',
];

/** One entry of `knobs`; undefined when refused. */
export function readKnob(source: SpecSource, node: Node): KnobDeclaration | undefined {
  const entry = Entry.at(source, node, 'A knob', example);
  // The parameter of a placement is one of its own keys.
  const kindKey = entry?.has('placement') ? 'placement' : entry?.oneOf(Object.keys(kinds));
  const known = kindKey === undefined ? Object.values(kinds) : [kinds[kindKey] as (typeof kinds)[string]];
  entry?.allowOnly(keysOf(...known.map(({ keys }) => keys), 'knob'));
  if (entry === undefined || kindKey === undefined) return undefined;
  const kind = kinds[kindKey]?.read(entry);
  const name = entry.text('name');
  const takesEffect = readTakesEffect(entry);
  const demand = readDemand(entry);
  if (kind === undefined || entry.refused('name', name)) return undefined;
  if (entry.refused('takes_effect', takesEffect) || entry.refused('demand', demand)) return undefined;
  const forbidden = forbiddenKnob(kind.target, kind.domain);
  if (forbidden !== undefined) return source.refuse({ ...forbidden, at: kind.at });
  const declaration: KnobDeclaration = {
    name: name?.text ?? kind.name,
    target: kind.target,
    domain: kind.domain,
    unit: kind.unit,
    takesEffect: takesEffect ?? kind.takesEffect,
    ...(demand && { demand }),
    ...(kind.confirm && { confirm: kind.confirm }),
  };
  if (!startsAsItCan(entry, declaration)) return undefined;
  if (!entry.has('default')) return declaration;
  const value = readDefault(entry, declaration);
  return value === undefined ? undefined : { ...declaration, default: value };
}

/** A file of parameters is read at a start. */
function startsAsItCan(entry: Entry, { target, takesEffect }: KnobDeclaration): boolean {
  if (target.kind !== 'parameter' || target.paramsFile === undefined || takesEffect === 'restart')
    return true;
  entry.source.refuse({
    code: 'TT_SPEC_RANGE',
    reason: 'A parameter file is read when the node starts.',
    at: entry.value('params_file') as Node,
    found: `takes_effect: ${takesEffect}`,
    accepted: 'takes_effect: restart',
  });
  return false;
}

function readParameter(entry: Entry): KnobKind | undefined {
  const token = entry.text('parameter');
  const target = token && readParameterTarget(entry.source, token);
  const range = readDomainOrOpen(entry);
  const confirm = readConfirmation(entry, range && isOpen(range.domain) ? undefined : range?.unit);
  const paramsFile = entry.text('params_file');
  if (token === undefined || target === undefined || range === undefined) return undefined;
  const ownerToken = entry.text('owner');
  const owner = ownerToken && readRosName(entry.source, ownerToken);
  if (entry.refused('confirm', confirm) || entry.refused('params_file', paramsFile)) return undefined;
  const switches = entry.texts('switches')?.map(({ text }) => text);
  if (entry.refused('owner', owner) || entry.refused('switches', switches)) return undefined;
  return {
    name: `${target.node} ${target.parameter}`,
    target: {
      ...target,
      ...(paramsFile && { paramsFile: paramsFile.text }),
      ...(owner !== undefined && { owner }),
      ...(switches && { switches }),
    },
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

function readThrottle(entry: Entry): KnobKind | undefined {
  const token = entry.text('throttle');
  const target = token && readChannel(entry.source, token);
  const domain = entry.has('rate') ? readRate(entry) : openDomain;
  if (token === undefined || target === undefined || domain === undefined) return undefined;
  return {
    name: `throttle ${target.to}`,
    target,
    at: token,
    takesEffect: 'immediate',
    domain,
    unit: 'Hz',
    confirm: { metric: 'topic-rate', topic: target.to, relation: 'at-most' },
  };
}

function readRate(entry: Entry): KnobDomain | undefined {
  const range = readRequiredRange(entry, 'rate', '[1, 30] Hz', 'rate');
  return range && { type: 'real', ...range };
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

function readPowerMode(entry: Entry): KnobKind | undefined {
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
  const written = readOneValue(entry, 'default');
  if (written === undefined) return undefined;
  const result = parseKnobValue(declaration, written.text);
  if (result.ok) return result.value;
  for (const refusal of result.refusals)
    entry.source.refuse({ ...refusal, code: specCode(refusal.code), at: written.at });
  return undefined;
}

/** A wrong value in a spec is the spec's fault, not a parameter's. */
function specCode(code: string): 'TT_SPEC_TYPE' | 'TT_SPEC_UNIT' | 'TT_SPEC_RANGE' {
  if (code === 'TT_SPEC_UNIT') return code;
  return code === 'TT_PARAM_TYPE' ? 'TT_SPEC_TYPE' : 'TT_SPEC_RANGE';
}
