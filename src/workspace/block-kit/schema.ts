import type { ErrorObject, ValidateFunction } from 'ajv';
import { validatorOf } from './validators.ts';

/** Compiles what views and messages need ahead of the first one: it takes up to a second, and people wait for views. */
export function prepareSchema(): void {
  for (const name of ['block', 'modal_view', 'home_view']) validatorOf(name);
}

/**
 * Checks a value by Slack's schema.
 * @param name a definition of `data/block-kit.data.json`, e.g. `block`, `modal_view`
 * @param value what to check
 * @param base JSON pointer of the value in the request, e.g. `/view`
 * @returns what is wrong, in Slack's words with a JSON pointer; empty when nothing is
 */
export function schemaErrors(name: string, value: unknown, base: string): string[] {
  const validate = validatorOf(name) as ValidateFunction;
  if (validate(value)) return [];
  const words = (validate.errors ?? []).filter((e) => !NOISE.has(e.keyword)).map((e) => inWords(e, base));
  return words.length > 0 ? [...new Set(words)] : [`failed to match all allowed schemas ${pointer(base)}`];
}

const NOISE = new Set(['oneOf', 'anyOf', 'allOf', 'if', 'not']);

function pointer(path: string): string {
  return `[json-pointer:${path}]`;
}

function inWords(error: ErrorObject, base: string): string {
  const at = pointer(base + error.instancePath);
  const limit = error.params.limit as number;
  switch (error.keyword) {
    case 'maxLength':
      return `must be less than ${limit + 1} characters ${at}`;
    case 'minLength':
      return `must be more than ${limit - 1} characters ${at}`;
    case 'maxItems':
      return `no more than ${limit} items allowed ${at}`;
    case 'minItems':
      return `no fewer than ${limit} items allowed ${at}`;
    case 'required':
      return `missing required field: ${error.params.missingProperty} ${at}`;
    case 'additionalProperties':
      return `invalid additional property: ${error.params.additionalProperty} ${at}`;
    case 'discriminator':
    case 'const':
    case 'enum':
      return `unsupported type or value: ${String(error.params.tagValue ?? '')} ${at}`.replace(/ {2,}/g, ' ');
    case 'type':
      return `must provide a value of type ${error.params.type} ${at}`;
    case 'format':
      return `must be a valid ${error.params.format} ${at}`;
    default:
      return `${error.message ?? error.keyword} ${at}`;
  }
}
