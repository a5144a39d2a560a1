import { readScenario, scenarioNames } from '../../../sim/fleet/scenario-files.ts';
import { renderTable } from '../terminal/table.ts';
import { complain, scenarioFolder } from './options.ts';

/** `trimtab fleet list`. */
export function runList(args: string[]): number {
  if (args.length > 0)
    return complain([{ code: 'TT_USAGE', reason: 'list takes no arguments.', found: args.join(' ') }], 2);
  const folder = scenarioFolder();
  const rows: string[][] = [];
  for (const name of scenarioNames(folder)) {
    const scenario = readScenario(name, folder);
    if (!scenario.ok) return complain(scenario.refusals, 1);
    const { edges, about } = scenario.value;
    const drones = edges.reduce((sum, edge) => sum + edge.drones, 0);
    rows.push([name, String(edges.length), String(drones), about]);
  }
  const columns = [
    { header: 'scenario' },
    { header: 'edges', align: 'right' as const },
    { header: 'drones', align: 'right' as const },
    { header: 'about', flexible: true },
  ];
  console.log(renderTable({ columns, rows, width: process.stdout.columns ?? 120 }));
  return 0;
}
