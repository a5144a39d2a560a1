import type { Message } from '../../ros/index.ts';
import { renderTable, wrap } from '../terminal/index.ts';
import { quantity, shortened } from './trial-text.ts';

const heading =
  'The front: each of these met every requirement when it was tried, and none is believed to be better in one objective without being worse in another.';
const exception =
  ' What is in force met every requirement twice, and stands here whatever is believed of it.';

/**
 * How the objectives can be traded off, from trimtab_msgs/FrontPoint[]: a row for each with what is believed of its objectives and the
 * knobs in which the rows differ, and how another one is put in force. Nothing where there is no front.
 */
export function frontText(
  front: readonly Message[],
  { specFile, width }: { specFile: string; width: number },
): string[] {
  const [first] = front;
  if (!first) return [];
  const intro = wrap(front.some(({ in_force }) => in_force) ? heading + exception : heading, width).join(
    '\n',
  );
  const settings = front.map(({ configuration }) => settingsOf(configuration));
  const differing = [...settings[0]!.keys()].filter(
    (name) => new Set(settings.map((values) => values.get(name))).size > 1,
  );
  const table = renderTable({
    columns: [
      { header: 'trial', align: 'right' },
      ...first.objectives.map(({ name }: Message) => ({ header: name, align: 'right', flexible: true })),
      { header: '' },
      { header: 'knobs in which they differ', flexible: true },
    ],
    rows: front.map(({ trial, objectives, knee, in_force }, i) => [
      String(trial),
      ...objectives.map(({ value, unit }: Message) => quantity({ measured: value, unit })),
      [knee ? 'knee' : '', in_force ? 'in force' : ''].filter(Boolean).join(', '),
      differing.map((name) => `${name} ${shortened(settings[i]!.get(name) ?? '')}`).join(', '),
    ]),
    width,
  });
  const other = front.findIndex(({ in_force }) => !in_force);
  if (other < 0 || differing.length === 0) return [intro, table];
  const written = differing.map((name) => `"${name}=${settings[other]!.get(name)}"`).join(' ');
  return [
    intro,
    table,
    `another one is put in force by ~/apply, or by hand, trial ${front[other]!.trial} so:\n  trimtab set --spec ${specFile} ${written}`,
  ];
}

function settingsOf(configuration: readonly Message[]): Map<string, string> {
  return new Map(configuration.map(({ name, value }) => [name, value]));
}
