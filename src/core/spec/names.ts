import type { SpecSource, Token } from './spec-source.ts';

/** A ROS name, relative or absolute, without `~` and substitutions. */
const rosName = /^\/?[A-Za-z_]\w*(?:\/[A-Za-z_]\w*)*$/;

/** The name, or undefined (refused) when ROS would not take it. */
export function readRosName(
  source: SpecSource,
  token: Token,
  text = token.text,
  inner = 0,
): string | undefined {
  if (rosName.test(text)) return text;
  return source.refuse({
    code: 'TT_SPEC_EXPRESSION',
    reason: 'This is not a ROS name.',
    at: token,
    inner,
    found: text,
    accepted: 'letters, digits and _ between slashes: camera/image_raw or /camera/image_raw',
  });
}
