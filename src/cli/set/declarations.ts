import { forbiddenTarget } from '../../core/knobs/forbidden.ts';
import type { Configuration, KnobDeclaration } from '../../core/knobs/knob.ts';
import { type ParameterDescription, wildcardKnob } from '../../core/knobs/wildcard.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { resolveName, resolveNames } from '../../core/spec/resolve-names.ts';
import { readSpecFile } from '../../io/spec-file.ts';
import { settingsFromMessage } from '../../nodes/tuner/messages.ts';
import { type ClientSession, type Message, RemoteParameters } from '../../ros/index.ts';
import type { SetRequest } from './arguments.ts';
import type { RunningTuner } from './running-tuner.ts';

/** The knobs that a command may turn: of the spec that was named, else of the tuner's, else what the nodes say of their parameters. */
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
  const knobs: KnobDeclaration[] = [];
  const refusals: Refusal[] = [];
  for (const { name } of settings) {
    const knob = await describeWildcard(session, name);
    if (knob.ok) knobs.push({ ...knob.value, name });
    else refusals.push(...knob.refusals);
  }
  return refusals.length > 0 ? refuse(...refusals) : accept(knobs);
}

async function describeWildcard(session: ClientSession, name: string): Promise<Result<KnobDeclaration>> {
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
  remote.close();
  return described.ok ? wildcardKnob(nodeName, parameter, asDescription(described.value)) : described;
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
