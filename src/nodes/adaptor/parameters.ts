import type { ParameterTable } from '../../ros/parameter-table.ts';

/** The adaptor's parameters; one set for each channel named in `channels`. */
export function adaptorParameters(overrides: ReadonlyMap<string, unknown>): ParameterTable {
  const names = overrides.get('channels');
  const table: ParameterTable = {
    channels: {
      type: 'string-array',
      default: [],
      description:
        'Names of the channels. A new name declares the three parameters below, a name taken out ends its channel.',
    },
  };
  for (const name of Array.isArray(names) ? names : []) Object.assign(table, channelParameters(String(name)));
  return table;
}

/** The parameters of one channel. */
export function channelParameters(name: string): ParameterTable {
  return {
    [`channels.${name}.from`]: {
      type: 'string',
      default: '',
      description: 'Topic to relay. The channel rests until it has both topics.',
    },
    [`channels.${name}.to`]: {
      type: 'string',
      default: '',
      description: 'Topic to publish.',
    },
    [`channels.${name}.rate`]: {
      type: 'double',
      default: -1,
      range: { from: -1, to: 1000 },
      description: 'Delivered rate in Hz; 0 is off, -1 unlimited. Acts from the next message on.',
    },
  };
}
