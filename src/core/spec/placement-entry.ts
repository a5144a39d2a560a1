import { isMap, isScalar, type Node, type YAMLMap } from 'yaml';
import type { KnobValue } from '../knobs/knob.ts';
import { parsePlacement, placementWords } from '../knobs/placement.ts';
import type { Entry } from './entry.ts';
import { readChoices } from './knob-domain.ts';
import type { KnobKind } from './knob-kind.ts';
import { readRosName } from './names.ts';
import type { Token } from './spec-source.ts';

/** What our own nodes call it; the scheduler has one for each network, `models.people.placement`. */
const ours = 'placement';

/** `{placement: detector, choices: [cpu, gpu]}`, for other people's nodes with `parameter`; undefined when refused. */
export function readPlacement(entry: Entry): KnobKind | undefined {
  const token = entry.text('placement');
  const node = token && readRosName(entry.source, token);
  const named = entry.text('parameter');
  const parameter = named === undefined ? ours : readParameterName(entry, named);
  const choices = entry.oneOf(['choices']) && readPlaces(entry, isOurs(named?.text ?? ours));
  if (token === undefined || node === undefined || !choices) return undefined;
  if (parameter === undefined || entry.refused('parameter', named)) return undefined;
  const { words, values } = choices;
  return {
    name: named === undefined ? `placement ${node}` : `placement ${node} ${parameter}`,
    target: { kind: 'placement', node, parameter, ...(values && { values }) },
    at: token,
    // A node of ours answers when the network runs in its new place.
    takesEffect: isOurs(parameter) ? 'immediate' : 'unknown',
    domain: { type: 'categorical', values: words },
    unit: '',
  };
}

function isOurs(parameter: string): boolean {
  return parameter.split('.').at(-1) === ours;
}

function readParameterName({ source }: Entry, token: Token): string | undefined {
  if (/^\S+$/.test(token.text)) return token.text;
  return source.refuse({
    code: 'TT_SPEC_EXPRESSION',
    reason: 'This is not the name of one parameter.',
    at: token,
    found: token.text,
    accepted: 'one word, as in device; the node stands under placement',
  });
}

type Places = { words: string[]; values?: Record<string, KnobValue> };

/** Two or more places. Those of our own nodes are known, so that a slip of the pen is found before anything runs. */
function readPlaces(entry: Entry, known: boolean): Places | undefined {
  const node = entry.value('choices');
  if (node === undefined) return undefined;
  if (isMap(node)) return readMap(entry, node);
  const tokens = entry.texts('choices');
  if (tokens === undefined || readChoices(entry) === undefined) return undefined;
  const unknown = known ? tokens.find(({ text }) => !parsePlacement(text).ok) : undefined;
  if (unknown === undefined) return { words: tokens.map(({ text }) => text) };
  return entry.source.refuse({
    code: 'TT_SPEC_EXPRESSION',
    reason: 'No network of ours can be placed like this.',
    at: unknown,
    found: unknown.text,
    accepted: placementWords,
  });
}

/** What the parameter holds for each place. Two places that hold the same could not be told apart when it is read back. */
function readMap(entry: Entry, map: YAMLMap): Places | undefined {
  const { source } = entry;
  const values: Record<string, KnobValue> = {};
  for (const { key, value } of map.items) {
    const held = isScalar(value) ? value.value : undefined;
    if (typeof held !== 'string' && typeof held !== 'boolean' && typeof held !== 'number') {
      return source.refuse({
        code: 'TT_SPEC_TYPE',
        reason: 'A parameter holds one value for each place.',
        at: (value ?? key) as Node,
        found: source.excerpt((value ?? key) as Node),
        accepted: 'a word, a number, true or false',
      });
    }
    values[String(isScalar(key) ? key.value : source.excerpt(key as Node))] = held;
  }
  const words = Object.keys(values);
  if (words.length >= 2 && new Set(Object.values(values)).size === words.length) return { words, values };
  return source.refuse({
    code: 'TT_SPEC_RANGE',
    reason: 'A choice needs alternatives.',
    at: map,
    found: source.excerpt(map),
    accepted: 'two or more places, with different values',
  });
}
