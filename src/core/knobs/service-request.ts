import { parseDocument, visit } from 'yaml';
import { accept, type Refusal, type Result, refuse } from '../refusal.ts';
import type { KnobValue } from './knob.ts';
import { parseList } from './list-value.ts';

/** Stands for the knob's value in the request of a service. */
export const valueMark = '$value';

/**
 * A service request from its YAML text, with the value put where `$value` stands: `{data: $value}` is `{data: true}`.
 * A text that only contains the mark becomes text, and the text of a list that stands for the mark a list. Refused with TT_SPEC_EXPRESSION: no map, or no `$value` in it.
 */
export function fillRequest(template: string, value: KnobValue): Result<Record<string, unknown>> {
  const document = parseDocument(template);
  let marks = 0;
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes(valueMark)) return;
      marks += 1;
      const list = node.value === valueMark && typeof value === 'string' ? parseList(value) : undefined;
      if (list !== undefined) return document.createNode(list);
      node.value = node.value === valueMark ? value : node.value.replaceAll(valueMark, String(value));
    },
  });
  const request: unknown = document.errors.length > 0 ? undefined : document.toJS();
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    return refuse(unfit('The request of a service is a map of its fields.', template));
  }
  if (marks === 0) return refuse(unfit('The request does not say where the value goes.', template));
  return accept(request as Record<string, unknown>);
}

function unfit(reason: string, found: string): Refusal {
  return {
    code: 'TT_SPEC_EXPRESSION',
    reason,
    found,
    accepted: `a map with ${valueMark} in it: {data: ${valueMark}}`,
  };
}
