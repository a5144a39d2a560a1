import { forbiddenTarget } from '../../core/knobs/forbidden.ts';
import type { Configuration, KnobDeclaration } from '../../core/knobs/knob.ts';
import type { SeenNode } from '../../core/knobs/table/find-knob.ts';
import { completeWildcards } from '../../core/knobs/table/wildcards-in-tables.ts';
import { type ParameterDescription, wildcardKnob } from '../../core/knobs/wildcard.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { resolveName, resolveNames } from '../../core/spec/resolve-names.ts';
import { readKnobTables, sourcedDistro } from '../../io/knob-tables.ts';
import { readSpecFile } from '../../io/spec-file.ts';
import { settingsFromMessage } from '../../nodes/tuner/messages.ts';
import { type ClientSession, type Message, RemoteParameters } from '../../ros/index.ts';
import type { SetRequest } from './arguments.ts';
import type { RunningTuner } from './running-tuner.ts';

/**
 * The knobs that a command may turn: of the spec that was named, else of the tuner's, else what the nodes and the knob tables
 * say of their parameters.
 */
export async function declarationsFor(
  session: ClientSession,
  { specFile, settings }: SetRequest,
  tuner: RunningTuner | undefined,
): Promise<Result<KnobDeclaration[]>> {
  if (specFile !== undefined) {
    const spec = readSpecFile(specFile);
    return spec.ok ? accept(resolveNames(spec.value, '/').knobs) : spec;
  }
  if (tuner) return accept(await tuner.declarations());
  const tables = readKnobTables();
  if (!tables.ok) return tables;
  const described: Described[] = [];
  const refusals: Refusal[] = [];
  for (const { name } of settings) {
    const wildcard = await describeWildcard(session, name);
    if (wildcard.ok) described.push(wildcard.value);
    else refusals.push(...wildcard.refusals);
  }
  if (refusals.length > 0) return refuse(...refusals);
  const completed = completeWildcards(
    described.map(({ knob }) => knob),
    described.map(({ node }) => node),
    { tables: tables.value, distro: sourcedDistro() },
  );
  return completed.refusals.length > 0 ? refuse(...completed.refusals) : accept(completed.knobs);
}

type Described = { knob: KnobDeclaration; node: SeenNode };

async function describeWildcard(session: ClientSession, name: string): Promise<Result<Described>> {
  const [node, parameter, ...rest] = name.split(/\s+/);
  if (node === undefined || parameter === undefined || rest.length > 0) {
    const accepted =
      'a knob of the running tuner, a knob of --spec, or a node and its parameter: "/camera fps"';
    return refuse({ code: 'TT_PARAM_UNKNOWN', reason: 'No such knob.', found: name, accepted });
  }
  const nodeName = resolveName(node, '/');
  const forbidden = forbiddenTarget({ kind: 'parameter', node: nodeName, parameter });
  if (forbidden) return refuse(forbidden);
  const remote = new RemoteParameters({ node: session.node, nodeName });
  const described = await remote.describe(parameter);
  const parameters = described.ok ? await remote.names() : described;
  remote.close();
  if (!described.ok) return described;
  if (!parameters.ok) return parameters;
  const knob = wildcardKnob(nodeName, parameter, asDescription(described.value));
  if (!knob.ok) return knob;
  return accept({ knob: { ...knob.value, name }, node: { name: nodeName, parameters: parameters.value } });
}

function asDescription({
  type,
  read_only,
  floating_point_range,
  integer_range,
}: Message): ParameterDescription {
  const [range] = [...(floating_point_range ?? []), ...(integer_range ?? [])];
  const bounds = range && { low: Number(range.from_value), high: Number(range.to_value) };
  return { type: Number(type), readOnly: read_only === true, ...(bounds && { range: bounds }) };
}

/** The values of a command line; every unknown knob and bad value is refused. */
export function readSettings(
  declarations: readonly KnobDeclaration[],
  { settings }: SetRequest,
): Result<Configuration> {
  return settingsFromMessage(
    declarations,
    settings.map(({ name, text }) => ({ name, value: text })),
  );
}
