import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CliOptions, startVitest, type TestCase } from 'vitest/node';
import type { TestGroup } from './groups.ts';

/** What came of a group; `failures` counts files that could not be loaded as well as tests. */
export type GroupResult = {
  group: string;
  passed: number;
  failures: number;
  /** Skipped tests by full name, with the reason they gave. */
  skipped: { name: string; reason: string }[];
};

/** Runs the tests of a group that match the filters, with vitest, on the compiled files in the home folder. */
export async function runGroup(options: {
  group: TestGroup;
  home: string;
  filters: string[];
  vitest: CliOptions;
}): Promise<GroupResult> {
  const { group, home, filters, vitest: given } = options;
  const vitest = await startVitest('test', filters, {
    root: home,
    config: false,
    watch: false,
    passWithNoTests: true,
    include: group.include,
    exclude: ['**/node_modules/**', ...group.exclude],
    fileParallelism: group.workers > 1,
    maxWorkers: group.workers,
    pool: 'forks',
    testTimeout: group.timeoutMs,
    hookTimeout: group.timeoutMs,
    setupFiles: [fileURLToPath(new URL('./test-process.js', import.meta.url))],
    ...given,
  });
  const tests = vitest.state.getTestModules().flatMap((file) => [...file.children.allTests()]);
  const brokenFiles = vitest.state
    .getTestModules()
    .filter((file) => file.state() === 'failed' && [...file.children.allTests('failed')].length === 0);
  const result: GroupResult = {
    group: group.name,
    passed: tests.filter((test) => test.result().state === 'passed').length,
    failures:
      tests.filter((test) => test.result().state === 'failed').length +
      brokenFiles.length +
      vitest.state.getUnhandledErrors().length,
    skipped: tests
      .filter((test) => test.result().state === 'skipped')
      .map((test) => describeSkipped(test, home)),
  };
  await vitest.close();
  return result;
}

function describeSkipped(test: TestCase, home: string): { name: string; reason: string } {
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  const file = test.module.moduleId.replace(join(home, 'dist/'), '');
  return { name: `${file} > ${test.fullName}`, reason: note ?? 'no reason given' };
}
