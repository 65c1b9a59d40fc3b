import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import type { LogLevel } from './environment.ts';
import { TRACE, traceId } from './trace.ts';

/** What stands in the log where a secret was. */
export const REDACTED = '[redacted]';

/**
 * Names of fields whose values never belong in a log. Matched without regard to case, `_` and `-`, at any depth:
 * `SLACK_BOT_TOKEN`, `bot_token` and `botToken` are one name.
 */
const SECRET_FIELD =
  /^(?:.*(?:token|secret|password|passwd|passphrase|privatekey|encryptionkey|apikey|signature)|authorization|proxyauthorization|cookie|setcookie|responseurl|samlresponse|samlrequest|relaystate|databaseurl|smtpurl|triggerid|uploadurl)$/;

/** Secrets that are recognised wherever they stand, in messages and stacks too. */
const SECRET_TEXT: [pattern: RegExp, replacement: string][] = [
  [/\bx(?:ox[a-z]|app)(?:\.xox[a-z])?-[\w-]+/g, REDACTED],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, REDACTED],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  // Slack's response URLs let anyone write in the name of the app.
  [/(https?:\/\/[^\s"'<>]*\/(?:commands|actions|app|response)\/T[A-Z0-9]+\/)[^\s"'<>]+/g, `$1${REDACTED}`],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:)[^\s/@"']+@/gi, `$1${REDACTED}@`],
];

const DEEPEST = 8;

/**
 * @param text any text
 * @returns the same without tokens, private keys, credentials and response URLs
 */
export function redactText(text: string): string {
  return SECRET_TEXT.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

/**
 * @param value anything that is to be logged
 * @returns a copy in which secrets are replaced, by the names of fields and by their own looks
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value;
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  if (depth >= DEEPEST) return '[too deep]';
  if (value instanceof Error) return redact(stdSerializers.err(value), depth);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (value instanceof Map || value instanceof Set) return redact([...value], depth);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      isSecretField(name) && item !== undefined && item !== null ? REDACTED : redact(item, depth + 1),
    ]),
  );
}

function isSecretField(name: string): boolean {
  return SECRET_FIELD.test(name.replace(/[_-]/g, '').toLowerCase());
}

/**
 * Makes the log: JSON lines, in which no secret stands whatever is handed to it. What is written while a request
 * is worked on names it.
 * @param level the least that is written
 * @param destination where to; standard output when left out
 * @returns the log
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  const log = pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin() {
        const id = traceId();
        return id === undefined ? {} : { [TRACE]: id };
      },
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redact(fields) as Record<string, unknown>,
      },
      // Errors were made plain by `log` above, where their fields are redacted too.
      serializers: { err: (error) => error, error: (error) => error },
      hooks: {
        logMethod(args, method) {
          method.apply(this, withoutSecrets(args) as typeof args);
        },
      },
    },
    ...(destination ? [destination] : []),
  );
  // pino does not hand a child's own fields to its formatters; children of children inherit this.
  const { child } = log;
  log.child = function (fields, options) {
    return child.call(this, redact(fields) as object, options) as never;
  };
  return log;
}

/** The arguments of a log call: `(fields, message, ...values)` or `(message, ...values)`. */
function withoutSecrets([first, ...rest]: unknown[]): unknown[] {
  const values = rest.map((value) => redact(value));
  if (typeof first === 'string') return [redactText(first), ...values];
  const fields = first instanceof Error ? { err: first } : first;
  // pino would take the message from the error, as it stands.
  const err = (fields as { err?: unknown } | undefined)?.err;
  if (values.length === 0 && err instanceof Error) values.push(redactText(err.message));
  return [fields, ...values];
}
