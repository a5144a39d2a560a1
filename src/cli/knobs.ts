import { join } from 'node:path';
import { type Distro, distros } from '../core/knobs/table/distro.ts';
import { reportGraph } from '../core/knobs/table/graph-report.ts';
import type { KnobTable } from '../core/knobs/table/knob-table.ts';
import { formatRefusal, type Refusal, type Result, refuse } from '../core/refusal.ts';
import { acceptedNames } from '../core/spec/nearest.ts';
import { readKnobTables, shippedTablesFolder, sourcedDistro } from '../io/knob-tables.ts';
import { NodeLocator, type NodeProcess } from '../io/platform/node-process/node-locator.ts';
import { reportProcesses } from '../io/platform/process-report.ts';
import { LearnedEffectsFile } from '../io/recording/learned-effects.ts';
import { defaultStateDir } from '../nodes/state-dir.ts';
import { surveyGraph } from '../ros/graph-survey.ts';
import { ClientSession, nodeEndpoints } from '../ros/index.ts';
import { renderGraph } from './knobs/render-graph.ts';
import { renderTable, renderTableList } from './knobs/render-tables.ts';
import { readWords } from './read-words.ts';

/** How it is called. */
export const usage =
  'trimtab knobs [TABLE] [--tables] [--all] [--distro NAME] [--folder DIR] [--state-dir DIR] [--json]';
const usageExitCode = 2;

type Options = {
  table: string | undefined;
  tables: boolean;
  all: boolean;
  json: boolean;
  distro: Distro | undefined;
  folders: string[];
  stateDir: string;
};

/**
 * `trimtab knobs`: what of the live graph can be turned and what would act, by the knob tables and by what was
 * measured before, and what of the processes behind the nodes. `--all` also lists parameters that no table knows. `--tables` lists the tables and `TABLE`
 * shows one, without ROS. `--folder` adds tables of one's own. Exit code 0, 1 when refused, 2 for a command line
 * that cannot be understood.
 */
export async function run(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (!options.ok) return refused(options.refusals, usageExitCode);
  const tables = readKnobTables(options.value.folders);
  if (!tables.ok) return refused(tables.refusals, 1);
  if (options.value.tables) return showTableList(tables.value, options.value);
  if (options.value.table !== undefined) return showTable(tables.value, options.value.table, options.value);
  return showGraph(tables.value, options.value);
}

function showTableList(tables: KnobTable[], { json }: Options): number {
  print(json ? tables : renderTableList(tables));
  return 0;
}

function showTable(tables: KnobTable[], name: string, { json, distro }: Options): number {
  const table = tables.find((one) => one.name === name);
  if (table === undefined) {
    const accepted = acceptedNames(
      name,
      tables.map((one) => one.name),
    );
    return refused(
      [{ code: 'TT_USAGE', reason: 'there is no such table', found: name, accepted }],
      usageExitCode,
    );
  }
  print(json ? table : renderTable(table, distro));
  return 0;
}

async function showGraph(tables: KnobTable[], options: Options): Promise<number> {
  const { json, all, stateDir } = options;
  const distro = options.distro ?? sourcedDistro();
  const learned = new LearnedEffectsFile(join(stateDir, 'learned-effects.jsonl')).load();
  if (!learned.ok) return refused(learned.refusals, 1);
  const session = await ClientSession.open('trimtab_knobs');
  try {
    const graph = await surveyGraph(session.node);
    const nodes = reportGraph(graph, { tables, learned: learned.value, distro, all });
    const names = graph.nodes.map(({ name }) => name);
    const processes = await reportProcesses(locateProcesses(session.node, names));
    print(json ? { distro, nodes, processes } : renderGraph(nodes, processes, distro));
    return 0;
  } finally {
    session.close();
  }
}

/** The processes of this machine that nodes are known to live in. */
function locateProcesses(node: ClientSession['node'], names: readonly string[]): NodeProcess[] {
  const own = node.getFullyQualifiedName();
  const self = { node: own, pid: process.pid, domain: process.env.ROS_DOMAIN_ID };
  const locator = new NodeLocator({ self });
  locator.update(names, nodeEndpoints(node, [own, ...names]));
  return locator.processes();
}

function readOptions(args: string[]): Result<Options> {
  const parsed = readWords({
    args,
    allowPositionals: true,
    options: {
      tables: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      distro: { type: 'string' },
      folder: { type: 'string', multiple: true, default: [] },
      'state-dir': { type: 'string', default: defaultStateDir() },
    },
  });
  if (typeof parsed === 'string')
    return refuse({ code: 'TT_USAGE', reason: parsed, found: args.join(' '), accepted: usage });
  const { values, positionals } = parsed;
  const distro = distros.find((one) => one === values.distro);
  if (values.distro !== undefined && distro === undefined) {
    const accepted = distros.join(', ');
    return refuse({ code: 'TT_USAGE', reason: 'no table speaks of it', found: values.distro, accepted });
  }
  if (positionals.length > 1 || (positionals.length === 1 && values.tables)) {
    const reason = 'knobs shows the graph, the list of tables, or one table';
    return refuse({ code: 'TT_USAGE', reason, found: args.join(' '), accepted: usage });
  }
  return {
    ok: true,
    value: {
      table: positionals[0],
      tables: values.tables,
      all: values.all,
      json: values.json,
      distro,
      folders: [shippedTablesFolder(), ...values.folder],
      stateDir: values['state-dir'],
    },
  };
}

function print(what: string | object): void {
  process.stdout.write(`${typeof what === 'string' ? what : JSON.stringify(what, null, 2)}\n`);
}

function refused(refusals: Refusal[], exitCode: number): number {
  for (const refusal of refusals) console.error(formatRefusal(refusal));
  return exitCode;
}
