import type { RequirementResult } from './demo-report.ts';

/** A requirement's bound with proper signs: `≥ 20 Hz`. */
export function requiredText({ required }: RequirementResult): string {
  return withSigns(required);
}

/** A requirement's name without the bound that generated names end with; tables have a column for that. */
export function subjectOf({ name, required }: RequirementResult): string {
  return withSigns(name.endsWith(` ${required}`) ? name.slice(0, -required.length - 1) : name);
}

/** `>=`, `<=` and `->` as they are printed. */
export function withSigns(text: string): string {
  return text.replaceAll('>=', '≥').replaceAll('<=', '≤').replaceAll('->', '→');
}
