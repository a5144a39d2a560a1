import { runProgram } from './run-program.ts';

/** `trimtab ros2 ...`: the ros2 command in Trimtab's environment. Where ROS 2 comes from wheels it knows `run` only. */
export function run(args: string[]): Promise<number> {
  return runProgram('ros2', args);
}
