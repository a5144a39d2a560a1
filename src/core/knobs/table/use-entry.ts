import { accept, type Result, refuse } from '../../refusal.ts';
import { acceptedNames } from '../../spec/nearest.ts';
import { type Distro, distros } from './distro.ts';

/** What an entry of a spec's `use` says about a table. */
export type TableUse = { name: string; distro: Distro | undefined; node: string | undefined };

const form = /^knobs\/(?<name>[\w-]+)(?:@(?<distro>\w+))?(?:\s+for\s+(?<node>[\w/]+))?$/;

/** Whether an entry of `use` is about a knob table. */
export function isTableUse(text: string): boolean {
  return text.startsWith('knobs/');
}

/**
 * Reads `knobs/nav2`, `knobs/nav2@jazzy` or `knobs/usb-cam for front_camera`. Without a distribution, the one
 * that is sourced counts. Refused as TT_SPEC_EXPRESSION.
 */
export function readTableUse(text: string, sourced: Distro | undefined): Result<TableUse> {
  const parts = form.exec(text)?.groups;
  if (parts === undefined) {
    return refuse({
      code: 'TT_SPEC_EXPRESSION',
      reason: 'This is not the use of a knob table.',
      found: text,
      accepted: 'knobs/nav2, knobs/nav2@jazzy, knobs/usb-cam for front_camera',
    });
  }
  const { name = '', distro: written, node } = parts;
  const distro = distros.find((one) => one === written);
  if (written !== undefined && distro === undefined) {
    return refuse({
      code: 'TT_SPEC_EXPRESSION',
      reason: 'No table speaks of this distribution.',
      found: written,
      accepted: acceptedNames(written, distros),
    });
  }
  return accept({ name, distro: distro ?? sourced, node });
}
