import { availableParallelism } from 'node:os';

/** A kind of test, told by the file's name. */
export type TestGroup = {
  name: 'unit' | 'ros' | 'demo' | 'setup';
  summary: string;
  /** Compiled test files, relative to the home folder. */
  include: string[];
  exclude: string[];
  /** How many files run at the same time at most; a demo would disturb another's timing. */
  workers: number;
  timeoutMs: number;
};

const special = ['ros', 'demo', 'setup'];

/** All tests in the order in which they run. */
export const testGroups: readonly TestGroup[] = [
  {
    name: 'unit',
    summary: 'core, ports and command line',
    include: ['dist/**/*.test.js'],
    exclude: special.map((name) => `dist/**/*.${name}.test.js`),
    workers: availableParallelism(),
    timeoutMs: 60_000,
  },
  // Live graphs mostly wait for each other's discovery, so that two take little more time than one.
  { ...liveGroup('ros', 120_000), workers: 2, summary: 'the nodes on a live ROS graph, with rclpy peers' },
  { ...liveGroup('demo', 300_000), summary: 'a short demo from end to end' },
  { ...liveGroup('setup', 300_000), summary: 'the launcher and the ROS packages' },
];

function liveGroup(name: 'ros' | 'demo' | 'setup', timeoutMs: number): Omit<TestGroup, 'summary'> {
  return { name, include: [`dist/**/*.${name}.test.js`], exclude: [], workers: 1, timeoutMs };
}
