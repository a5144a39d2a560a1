import { describe, expect, it } from 'vitest';
import type { KnobDomain } from '../core/knobs/knob.ts';
import type { TableKnob } from '../core/knobs/table/knob-table.ts';
import { bindParameter, fitsParameter } from '../core/knobs/table/patterns.ts';
import { readKnobTables } from '../io/knob-tables.ts';
import type { ParameterDeclaration, ParameterTable } from '../ros/parameter-table.ts';
import { adaptorParameters } from './adaptor/parameters.ts';
import { profilerParameters } from './profiler/parameters.ts';
import { schedulerParameters } from './scheduler/parameters.ts';
import { tunerParameters } from './tuner/parameters.ts';

const tables: Record<string, ParameterTable> = {
  adaptor: adaptorParameters(new Map([['channels', ['preview']]])),
  profiler: profilerParameters,
  scheduler: schedulerParameters(new Map([['models', ['people']]])),
  tuner: tunerParameters,
};

/** Parameters that are names and places, which nobody tunes. */
const names =
  /^(spec|profiler|adaptor|cpu_group|state_dir|models_dir|broker_url|record|context|channels|channels\.\w+\.(from|to))$/;

const shipped = readKnobTables();
const groups = shipped.ok ? (shipped.value.find(({ name }) => name === 'trimtab')?.groups ?? []) : [];
const rows = groups.flatMap(({ nodes, knobs }) => knobs.map((knob) => ({ node: nodes[0] as string, knob })));

function parameterOf({ target }: TableKnob): string {
  return target.kind === 'parameter' ? target.parameter : '';
}

function declarationOf(node: string, pattern: string): ParameterDeclaration | undefined {
  const table = tables[node] ?? {};
  const name = Object.keys(table).find((parameter) => fitsParameter(pattern, parameter));
  return name === undefined ? undefined : table[name];
}

/** The domain that a declaration means. */
function domainOf({ type, range, oneOf }: ParameterDeclaration): KnobDomain | undefined {
  if (type.endsWith('-array')) return undefined;
  if (oneOf) return { type: 'categorical', values: oneOf };
  if (type === 'string') return { type: 'categorical', values: [] };
  if (type === 'bool') return { type: 'categorical', values: [false, true] };
  return range && { type: type === 'integer' ? 'integer' : 'real', low: range.from, high: range.to };
}

describe('the knob table of our own nodes', () => {
  it.each(rows.map(({ node, knob }) => [node, parameterOf(knob), knob] as const))(
    'says of %s %s what the node declares',
    (node, parameter, knob) => {
      const declaration = declarationOf(node, parameter) as ParameterDeclaration;
      expect(declaration, 'no such parameter').toBeDefined();
      expect(knob.target).toMatchObject({ type: declaration.type });
      expect(knob.domain).toEqual(domainOf(declaration));
      if (knob.domain !== undefined) expect(knob.default).toBe(declaration.default);
      expect(knob.takesEffect === 'restart').toBe(declaration.readOnly === true);
    },
  );

  it.each(Object.keys(tables))('leaves out no parameter of the %s that acts at run time', (node) => {
    const patterns = rows.filter((row) => row.node === node).map(({ knob }) => parameterOf(knob));
    const left = Object.entries(tables[node] ?? {}).filter(
      ([name, { readOnly }]) =>
        !readOnly && !names.test(name) && !patterns.some((pattern) => bindParameter(pattern, name)),
    );
    expect(left.map(([name]) => name)).toEqual([]);
  });
});
