import type { ParameterTable } from '../../ros/parameter-table.ts';

/** The adaptor's parameters; one set for each channel named in `channels`. */
export function adaptorParameters(overrides: ReadonlyMap<string, unknown>): ParameterTable {
  const names = overrides.get('channels');
  const table: ParameterTable = {
    channels: { type: 'string-array', default: [], description: 'Names of the channels.', readOnly: true },
  };
  for (const name of Array.isArray(names) ? names : []) {
    table[`channels.${name}.from`] = {
      type: 'string',
      default: '',
      description: 'Topic to relay.',
      readOnly: true,
    };
    table[`channels.${name}.to`] = {
      type: 'string',
      default: '',
      description: 'Topic to publish.',
      readOnly: true,
    };
    table[`channels.${name}.rate`] = {
      type: 'double',
      default: -1,
      range: { from: -1, to: 1000 },
      description: 'Delivered rate in Hz; 0 is off, -1 unlimited.',
    };
  }
  return table;
}
