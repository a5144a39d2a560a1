import type { KnobDeclaration } from '../knobs/knob.ts';
import { accept, type Result } from '../refusal.ts';
import { Collector } from './collector.ts';
import { Entry } from './entry.ts';
import { readKnob } from './knob-entry.ts';
import { readObjective, readRequirement } from './metric-entry.ts';
import type { Objective, Requirement, Spec } from './spec.ts';
import { keysOf } from './spec-keys.ts';
import { SpecSource } from './spec-source.ts';

/** Hands over the text of `config/<name>.yaml`, or undefined when it cannot be read. */
export type SpecLoader = (name: string) => string | undefined;

/** What the files of one spec say together. */
type Parts = {
  requirements: Collector<Requirement>;
  objectives: Collector<Objective>;
  knobs: Collector<KnobDeclaration>;
};

const sections = ['require', 'improve', 'knobs'] as const;
const example = 'a map with require, improve, knobs';

/**
 * Reads a performance spec (docs/spec.md). All refusals are reported at once, each with file, line and
 * column; codes TT_SPEC_*, TT_KNOB_FORBIDDEN and, for `use`, TT_FILE_MISSING. `file` names the text in
 * refusals; `load` fetches what `use` names.
 */
export function parseSpec(text: string, file: string, load: SpecLoader = () => undefined): Result<Spec> {
  const source = new SpecSource(text, file);
  const root = readRoot(source, keysOf('file'));
  if (root === undefined) return { ok: false, refusals: source.refusals };
  const parts: Parts = {
    requirements: new Collector('requirement'),
    objectives: new Collector('objective'),
    knobs: new Collector('knob'),
  };
  const included = readIncluded(root, load, parts);
  readSections(root, parts);
  const head = readHead(root);
  const sources = [source, ...included];
  if (sources.every(({ refusals }) => refusals.length === 0)) requireSomething(root, parts);
  const refusals = sources.flatMap((one) => one.refusals);
  if (refusals.length > 0) return { ok: false, refusals };
  return accept({
    ...head,
    requirements: parts.requirements.items,
    objectives: parts.objectives.items,
    knobs: parts.knobs.items,
  });
}

function readRoot(source: SpecSource, keys: readonly string[]): Entry | undefined {
  const node = source.parse();
  const root = node && Entry.at(source, node, 'A spec', example);
  root?.allowOnly(keys);
  return root;
}

/** Reads the files that `use` names; returns their sources, which hold their refusals. */
function readIncluded(root: Entry, load: SpecLoader, parts: Parts): SpecSource[] {
  const names = root.has('use') ? (root.texts('use') ?? []) : [];
  return names.flatMap((token) => {
    const file = `config/${token.text}.yaml`;
    const text = load(token.text);
    if (text === undefined) {
      root.source.refuse({
        code: 'TT_FILE_MISSING',
        reason: `${file} is not there or cannot be read.`,
        at: token,
        found: token.text,
        accepted: 'a file below config/, without .yaml',
      });
      return [];
    }
    const source = new SpecSource(text, file);
    const fragment = readRoot(source, sections);
    if (fragment !== undefined) readSections(fragment, parts);
    return [source];
  });
}

function readSections(root: Entry, { requirements, objectives, knobs }: Parts): void {
  const { source } = root;
  for (const node of root.list('require') ?? []) {
    const item = readRequirement(source, node);
    if (item !== undefined) requirements.add(source, node, item, [item.metric, item.comparison]);
  }
  for (const node of root.list('improve') ?? []) {
    const item = readObjective(source, node);
    if (item !== undefined) objectives.add(source, node, item, item.metric);
  }
  for (const node of root.list('knobs') ?? []) {
    const item = readKnob(source, node);
    if (item !== undefined) knobs.add(source, node, item, item.target);
  }
}

function readHead(root: Entry): Pick<Spec, 'robot' | 'platform' | 'context'> {
  const robot = root.text('robot')?.text;
  const platform = root.text('platform')?.text;
  const context = readContext(root);
  return { ...(robot !== undefined && { robot }), ...(platform !== undefined && { platform }), context };
}

function readContext(root: Entry): string[] {
  const tokens = root.texts('context') ?? [];
  tokens.forEach((token, i) => {
    if (!tokens.slice(0, i).some(({ text }) => text === token.text)) return;
    const reason = 'This context feature stands twice.';
    root.source.refuse({ code: 'TT_SPEC_DUPLICATE', reason, at: token, found: token.text });
  });
  return tokens.map(({ text }) => text);
}

/** A spec that asks for nothing is a mistake. */
function requireSomething(root: Entry, { requirements, objectives }: Parts): void {
  if (requirements.items.length + objectives.items.length > 0) return;
  root.source.refuse({
    code: 'TT_SPEC_MISSING_KEY',
    reason: 'The spec asks for nothing.',
    at: root.node,
    accepted: 'a list under require or improve',
  });
}
