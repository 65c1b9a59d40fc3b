import type { ZodError } from 'zod';

/**
 * @param error what the input's schema said
 * @returns words by field name; the first issue of each field, for there is room for one
 */
export function fieldErrors(error: ZodError): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const issue of error.issues) {
    const field = String(issue.path[0] ?? '');
    errors[field] ??= issue.message;
  }
  return errors;
}
