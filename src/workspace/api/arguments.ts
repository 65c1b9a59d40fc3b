import { SlackError } from '../errors.ts';
import type { Json } from '../types.ts';
import type { Argument, MethodFacts } from './methods.ts';

/** Arguments that carry JSON though Slack's data calls them strings, and what a broken one is called. */
const JSON_ARGUMENTS: Record<string, string> = {
  blocks: 'invalid_blocks_format',
  attachments: 'invalid_attachments',
  metadata: 'invalid_metadata_format',
  message: 'invalid_arguments',
  view: 'invalid_arguments',
};

/**
 * Decodes and checks a call's arguments by what Slack says of the method. Arguments it does not know are
 * ignored, as Slack does.
 * @param raw as they came: strings from a form, anything from JSON
 * @throws SlackError invalid_arguments, missing_argument, or the error of a broken JSON argument
 */
export function checkedArguments(facts: MethodFacts, raw: Json): Json {
  const missing = facts.required.filter(
    (name) => raw[name] === undefined || raw[name] === null || raw[name] === '',
  );
  if (missing.length > 0) {
    const error = facts.errors.includes('missing_argument') ? 'missing_argument' : 'invalid_arguments';
    throw new SlackError(
      error,
      missing.map((name) => `missing required field: ${name}`),
    );
  }
  const args: Json = {};
  for (const [name, argument] of Object.entries(facts.args)) {
    const value = raw[name];
    if (value === undefined || value === null) continue;
    args[name] = decode(name, argument, value);
  }
  return args;
}

function decode(name: string, argument: Argument, value: unknown): unknown {
  const types = [argument.type ?? 'string'].flat();
  if (name in JSON_ARGUMENTS) return parsed(name, value, JSON_ARGUMENTS[name] as string);
  if (types.includes('object')) return parsed(name, value, 'invalid_arguments');
  if (types.includes('array')) return listOf(name, argument, value);
  const found = types.map((type) => scalar(type, value)).find((v) => v !== undefined);
  if (found === undefined) throw invalid(`must be of type ${types.join(' or ')}`, name);
  return limited(name, argument, found);
}

function parsed(name: string, value: unknown, error: string): unknown {
  if (typeof value !== 'string') return value;
  if (value === '') return undefined;
  try {
    return JSON.parse(value);
  } catch {
    throw new SlackError(error, [`must be valid JSON [json-pointer:/${name}]`]);
  }
}

function listOf(name: string, argument: Argument, value: unknown): unknown[] {
  const list =
    typeof value === 'string' && !value.trimStart().startsWith('[')
      ? value.split(',')
      : parsed(name, value, 'invalid_arguments');
  if (!Array.isArray(list)) throw invalid('must be a list', name);
  const needed = argument.items?.required ?? [];
  list.forEach((item, i) => {
    for (const member of needed) {
      if (!item || typeof item !== 'object' || (item as Json)[member] === undefined) {
        throw invalid(`missing required field: ${member}`, `${name}/${i}`);
      }
    }
  });
  return list;
}

function scalar(type: string, value: unknown): unknown {
  switch (type) {
    case 'boolean':
      if (typeof value === 'boolean') return value;
      if (['true', '1', 1].includes(value as string)) return true;
      return ['false', '0', 0, ''].includes(value as string) ? false : undefined;
    case 'integer':
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number !== 'number' || Number.isNaN(number)) return undefined;
      return type === 'integer' && !Number.isInteger(number) ? undefined : number;
    }
    case 'string':
      if (typeof value === 'string') return value;
      return typeof value === 'number' ? String(value) : undefined;
    default:
      return undefined;
  }
}

function limited(name: string, argument: Argument, value: unknown): unknown {
  const { minimum, maximum, maxLength } = argument;
  if (typeof value === 'number' && minimum !== undefined && value < minimum) {
    throw invalid(`must be at least ${minimum}`, name);
  }
  if (typeof value === 'number' && maximum !== undefined && value > maximum) {
    throw invalid(`must be at most ${maximum}`, name);
  }
  if (typeof value === 'string' && maxLength !== undefined && value.length > maxLength) {
    throw invalid(`must be less than ${maxLength + 1} characters`, name);
  }
  if (argument.enum && !argument.enum.includes(value)) throw invalid('must be a valid enum value', name);
  return value;
}

function invalid(words: string, pointer: string): SlackError {
  return new SlackError('invalid_arguments', [`${words} [json-pointer:/${pointer}]`]);
}
