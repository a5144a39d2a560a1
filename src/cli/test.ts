import { parseCLI } from 'vitest/node';
import { type TestGroup, testGroups } from './test/groups.ts';
import { type GroupResult, runGroup } from './test/run-group.ts';

/** How it is called. */
export const usage = 'trimtab test [unit|ros|demo|setup ...] [file filters and options of vitest]';

/**
 * `trimtab test [unit|ros|demo|setup ...] [file filters and vitest options]`: runs the tests, all groups unless
 * some are named, and prints at the end what ran and what was skipped, by name. Exit code 0 when nothing failed.
 */
export async function run(args: string[]): Promise<number> {
  const named = testGroups.filter(({ name }) => args.includes(name));
  const groups = named.length > 0 ? named : testGroups;
  const rest = args.filter((arg) => !named.some(({ name }) => name === arg));
  const { filter, options } = parseCLI(['vitest', 'run', ...rest]);
  const results: { result: GroupResult; seconds: number }[] = [];
  for (const group of groups) {
    console.log(`\n── ${group.name}: ${group.summary}`);
    const startedMs = performance.now();
    const home = process.env.TRIMTAB_HOME ?? process.cwd();
    const result = await runGroup({ group, home, filters: filter, vitest: options });
    results.push({ result, seconds: (performance.now() - startedMs) / 1000 });
  }
  console.log(`\n${describe(results, groups)}`);
  process.exitCode = undefined;
  return results.some(({ result }) => result.failures > 0) ? 1 : 0;
}

function describe(results: { result: GroupResult; seconds: number }[], groups: readonly TestGroup[]): string {
  const lines = results.map(
    ({ result: { group, passed, failures, skipped }, seconds }) =>
      `${group}: ${passed} passed, ${failures} failed, ${skipped.length} skipped, ${seconds.toFixed(0)} s`,
  );
  for (const { name } of testGroups.filter((group) => !groups.includes(group)))
    lines.push(`${name}: not asked for`);
  for (const { name, reason } of results.flatMap(({ result }) => result.skipped))
    lines.push(`skipped: ${name} (${reason})`);
  const sum = (count: (result: GroupResult) => number) =>
    results.reduce((total, { result }) => total + count(result), 0);
  const passed = sum((result) => result.passed);
  const failed = sum((result) => result.failures);
  const skipped = sum((result) => result.skipped.length);
  lines.push(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return lines.join('\n');
}
