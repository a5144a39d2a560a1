import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The options and words of a command line, or in words why it cannot be understood. */
export function readWords<Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parseArgs<Config>> | string {
  try {
    return parseArgs(config);
  } catch (error) {
    return (error as Error).message;
  }
}
