import { type ProcessReport, processKnobs } from '../../core/knobs/process-report.ts';
import type { Distro } from '../../core/knobs/table/distro.ts';
import {
  type CouplingReport,
  describeSeenValue,
  type KnobReport,
  type NodeReport,
} from '../../core/knobs/table/graph-report.ts';
import { describeLearned } from '../../core/knobs/table/learned-effect.ts';
import {
  type Cell,
  createStyle,
  renderTable,
  type Style,
  wantsColour,
  widthOf,
  wrap,
} from '../terminal/index.ts';

const longestValue = 32;

/** What of a graph can be turned, node by node, and what was not looked at. */
export function renderGraph(
  nodes: readonly NodeReport[],
  processes: readonly ProcessReport[],
  distro: Distro | undefined,
): string {
  const style = createStyle(wantsColour(process.stdout, process.env));
  const shown = nodes.filter(({ knobs, couplings }) => knobs.length + couplings.length > 0);
  const sections = shown.map((node) => renderNode(node, style));
  const ofProcesses = processes.length > 0 ? [renderProcesses(processes, style)] : [];
  return [...sections, ...ofProcesses, summary(nodes, distro, style)].join('\n\n');
}

function renderNode({ node, kinds, knobs, couplings }: NodeReport, style: Style): string {
  const rows = knobs.map((knob) => [
    knob.kind === 'parameter' ? knob.name : `${knob.kind} ${knob.name}`,
    shorten(describeSeenValue(knob.value)),
    knob.values,
    effectCell(knob, style),
    learnedCell(knob, style),
  ]);
  const columns = ['knob', 'now', 'values', 'takes effect', 'measured'].map((header) => ({
    header,
    flexible: header === 'values' || header === 'knob',
  }));
  const title = kinds.length === 0 ? 'no table' : kinds.join('; ');
  return [
    `${style.bold(node)} ${style.dim(`(${title})`)}`,
    ...(rows.length > 0
      ? [renderTable({ columns, rows, width: widthOf(process.stdout), paintHeader: style.dim })]
      : []),
    ...couplings.flatMap((coupling) => describeCoupling(coupling, style)),
  ].join('\n');
}

/** One row for each process, by the keys of a spec: `{cgroup: detector, cpu: …}`, `{process: detector, nice: …}`. */
function renderProcesses(processes: readonly ProcessReport[], style: Style): string {
  const columns = [
    { header: 'nodes', flexible: true },
    { header: 'pid' },
    ...processKnobs.map(({ kind, name }) => ({ header: `${kind} ${name}` })),
  ];
  const rows = processes.map(({ nodes, pid, knobs, forbidden }): Cell[] => {
    const values = processKnobs.map(({ name }): Cell => {
      if (forbidden !== undefined) return { text: 'never touched', paint: style.dim };
      const value = knobs.find((knob) => knob.name === name)?.value;
      return value === undefined ? { text: 'not there', paint: style.warn } : describeSeenValue(value);
    });
    return [nodes.join(', '), String(pid), ...values];
  });
  const title = `${style.bold('Processes')} ${style.dim('(what each holds now; a spec gives the values)')}`;
  return `${title}\n${renderTable({ columns, rows, width: widthOf(process.stdout), paintHeader: style.dim })}`;
}

function effectCell({ state, takesEffect }: KnobReport, style: Style): Cell {
  switch (state) {
    case 'forbidden':
      return { text: 'never touched', paint: style.dim };
    case 'missing':
      return { text: 'not there', paint: style.warn };
    case 'read-only':
      return { text: 'read-only', paint: style.warn };
    case 'list':
      return { text: `list: ${takesEffect}`, paint: style.dim };
    case 'there':
      break;
  }
  if (takesEffect === 'never') return { text: takesEffect, paint: style.bad };
  return { text: takesEffect, paint: takesEffect === 'immediate' ? style.good : style.warn };
}

function learnedCell({ learned }: KnobReport, style: Style): Cell {
  if (learned === undefined) return '';
  const { verdict, counts } = learned;
  const text = describeLearned(counts);
  return { text, paint: verdict === 'acts' ? style.good : verdict === 'undecided' ? style.dim : style.bad };
}

function describeCoupling({ keep, holds, note }: CouplingReport, style: Style): string[] {
  const now = holds === undefined ? '' : holds ? ' (holds)' : ' (broken now)';
  const lines = wrap(
    `keep ${keep}${now}${note === undefined ? '' : `. ${note}`}`,
    widthOf(process.stdout) - 4,
  );
  return lines.map((line, i) =>
    (holds === false ? style.bad : style.dim)(`${i === 0 ? '  ' : '    '}${line}`),
  );
}

function summary(nodes: readonly NodeReport[], distro: Distro | undefined, style: Style): string {
  const silent = nodes.filter((node) => node.silent).map(({ node }) => node);
  const withMore = nodes.filter(({ unlisted }) => unlisted > 0);
  const unlisted = withMore.reduce((sum, node) => sum + node.unlisted, 0);
  const lines = [`${nodes.length} nodes; rows for ${distro ?? 'every distribution'}.`];
  if (silent.length > 0) lines.push(style.warn(`No answer from ${silent.join(', ')}.`));
  if (unlisted > 0)
    lines.push(
      `${unlisted} more parameters of ${withMore.length} nodes, which no table knows: --all lists them.`,
    );
  lines.push('What to know before turning them: trimtab knobs TABLE; the tables: trimtab knobs --tables.');
  return lines.join('\n');
}

function shorten(text: string): string {
  return text.length > longestValue ? `${text.slice(0, longestValue - 1)}…` : text;
}
