/** How JavaScript values become parameters, and columns become JavaScript values: the same on both engines. */

/** A parameter as it is sent: text whose type the server infers, bytes, or NULL. */
export type WireValue = string | Uint8Array | null;

/**
 * Everything is sent as text, so that the prepared statement is one whatever the values: the server infers
 * the types, and where it cannot, the statement must cast (`${x}::text`).
 * @param value a parameter: Date becomes ISO 8601, an array a PostgreSQL array, a plain object JSON
 * @returns what goes over the wire
 * @throws TypeError for undefined, functions, symbols and objects of a class
 */
export function encodeParameter(value: unknown): WireValue {
  if (value === null) return null;
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      if (value instanceof Date) return value.toISOString();
      if (value instanceof Uint8Array) return value;
      if (Array.isArray(value)) return encodeArray(value);
      if (isPlain(value)) return JSON.stringify(value);
  }
  throw new TypeError(`A parameter of a statement is ${describe(value)}; use null, a cast or a plain value`);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? `of class ${value.constructor.name}` : typeof value;
}

/** The text form of arrays, https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function encodeArray(values: readonly unknown[]): string {
  const elements = values.map((value) => {
    if (Array.isArray(value)) return encodeArray(value);
    const text = encodeParameter(value);
    if (text === null) return 'NULL';
    if (typeof text !== 'string') return `"\\\\x${Buffer.from(text).toString('hex')}"`;
    return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  });
  return `{${elements.join(',')}}`;
}

/** PostgreSQL's type ids (pg_type.oid), which never change. */
export const OID = {
  bool: 16,
  bytea: 17,
  int8: 20,
  json: 114,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
  jsonb: 3802,
} as const;

const asText = (text: string): string => text;

/** What is made of a column's text, by type id. Types that are not here keep the drivers' way: numbers and text. */
export const PARSERS: Record<number, (text: string) => unknown> = {
  [OID.bool]: (text) => text === 't',
  [OID.int8]: safeNumber,
  [OID.numeric]: safeNumber,
  [OID.timestamptz]: (text) => new Date(text),
  [OID.timestamp]: asText,
  [OID.date]: asText,
  [OID.json]: (text) => JSON.parse(text),
  [OID.jsonb]: (text) => JSON.parse(text),
  [OID.bytea]: (text) => Buffer.from(text.slice(2), 'hex'),
};

/** The array types that statements give, by the parser of their elements. */
const ARRAYS: [array: number, parse: (text: string) => unknown][] = [
  [1000, element(OID.bool)],
  [1001, element(OID.bytea)],
  [1005, Number],
  [1007, Number],
  [1016, safeNumber],
  [1021, Number],
  [1022, Number],
  [1231, safeNumber],
  [1009, asText],
  [1015, asText],
  [1003, asText],
  [2951, asText],
  [1182, asText],
  [1185, element(OID.timestamptz)],
  [199, element(OID.json)],
  [3807, element(OID.jsonb)],
];

function element(oid: number): (text: string) => unknown {
  return PARSERS[oid] ?? asText;
}

for (const [oid, parse] of ARRAYS) PARSERS[oid] = (text) => parseArray(text, parse);

/** A number where JavaScript holds it exactly (integers to 2^53, fractions to 15 digits), else the text. */
function safeNumber(text: string): number | string {
  const number = Number(text);
  if (!text.includes('.')) return Number.isSafeInteger(number) ? number : text;
  return text.replace(/[-.]/g, '').length <= 15 ? number : text;
}

/** One element, or a brace, of the text form of an array. */
const ARRAY_TOKEN = /[{}]|"((?:[^"\\]|\\.)*)"|[^{},"]+/gs;

function parseArray(text: string, parse: (text: string) => unknown): unknown[] {
  const open: unknown[][] = [[]];
  for (const [token, quoted] of text.matchAll(ARRAY_TOKEN)) {
    const inner = open.at(-1) as unknown[];
    if (token === '{') {
      const next: unknown[] = [];
      inner.push(next);
      open.push(next);
    } else if (token === '}') open.pop();
    else if (quoted !== undefined) inner.push(parse(quoted.replace(/\\(.)/gs, '$1')));
    else inner.push(token === 'NULL' ? null : parse(token));
  }
  return (open[0] as unknown[][])[0] ?? [];
}
