import { isMap, type Node } from 'yaml';
import { Entry } from './entry.ts';
import type { ContextFeature } from './spec.ts';
import { keysOf } from './spec-keys.ts';
import type { SpecSource, Token } from './spec-source.ts';

const example = 'a word, or {feature: battery_percent, edges: [20, 50], hysteresis: 3}';

/** The features under `context`: words for those told apart by their value, maps for numbers cut into ranges. */
export function readContext(root: Entry): ContextFeature[] {
  const { source } = root;
  const features = (root.list('context') ?? []).flatMap((node) => {
    const feature = readFeature(source, node);
    return feature === undefined ? [] : [{ node, feature }];
  });
  features.forEach(({ node, feature }, i) => {
    if (!features.slice(0, i).some((other) => other.feature.name === feature.name)) return;
    const reason = 'This context feature stands twice.';
    source.refuse({ code: 'TT_SPEC_DUPLICATE', reason, at: node, found: feature.name });
  });
  return features.map(({ feature }) => feature);
}

function readFeature(source: SpecSource, node: Node): ContextFeature | undefined {
  const word = source.token(node);
  if (!isMap(node)) return word === undefined ? refuseItem(source, node) : named(source, word);
  const entry = Entry.at(source, node, 'a context feature', example);
  entry?.allowOnly(keysOf('context'));
  if (entry?.oneOf(['feature']) === undefined) return undefined;
  const name = entry.text('feature');
  const edges = readEdges(entry);
  const hysteresis = entry.number('hysteresis');
  if (hysteresis !== undefined && hysteresis < 0)
    source.refuse({
      code: 'TT_SPEC_RANGE',
      reason: 'The hysteresis of a context feature is a distance.',
      at: entry.value('hysteresis') as Node,
      found: String(hysteresis),
      accepted: 'a number of at least 0',
    });
  if (name === undefined || edges === undefined) return undefined;
  const feature = named(source, name);
  return feature && { ...feature, edges, ...(hysteresis !== undefined && { hysteresis }) };
}

/** On the wire a feature is `name=value`. */
function named(source: SpecSource, token: Token): ContextFeature | undefined {
  const { text } = token;
  if (/^[A-Za-z_]\w*$/.test(text)) return { name: text };
  return source.refuse({
    code: 'TT_SPEC_TYPE',
    reason: 'This is no name of a context feature.',
    at: token,
    found: text,
    accepted: 'letters, digits and underscores, not a digit first',
  });
}

function readEdges(entry: Entry): number[] | undefined {
  const items = entry.list('edges');
  if (entry.refused('edges', items)) return undefined;
  const edges = items?.map((node) => Number(entry.source.token(node)?.text));
  const isAscending = edges?.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > edges[i - 1]!));
  if (edges !== undefined && edges.length > 0 && isAscending) return edges;
  const at = entry.value('edges') ?? entry.node;
  return entry.source.refuse({
    code: items === undefined ? 'TT_SPEC_MISSING_KEY' : 'TT_SPEC_RANGE',
    reason: 'A numeric context feature is cut at edges.',
    at,
    found: entry.source.excerpt(at),
    accepted: 'one number or more, ascending: edges: [20, 50]; or only the feature’s name',
  });
}

function refuseItem(source: SpecSource, node: Node): undefined {
  return source.refuse({
    code: 'TT_SPEC_TYPE',
    reason: 'This is no context feature.',
    at: node,
    found: source.excerpt(node),
    accepted: example,
  });
}
