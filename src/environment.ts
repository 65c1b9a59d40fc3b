/** Each variable of the environment by itself: its form, its default, and the words for what is wrong with it. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { decodeKey } from './secrets.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((number) => number >= 1 && number <= 65_535);

/** An http(s) address that others can be put behind: no query, no fragment, no password. */
function isBaseAddress(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return !username && !password && !search && !hash;
}

/** All variables; those that are wrong give an issue whose path is the name and whose message follows it. */
export const variables = z.object({
  SLACK_BOT_TOKEN: z.string().startsWith('xoxb-', 'must be a bot token, which begins with xoxb-').optional(),
  SLACK_SIGNING_SECRET: z.string().optional(),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith('xapp-', 'must be an app-level token, which begins with xapp-')
    .optional(),
  SLACK_CLIENT_ID: z.string().optional(),
  SLACK_CLIENT_SECRET: z.string().optional(),
  SLACK_STATE_SECRET: z.string().optional(),
  SLACK_API_URL: address('must be the http(s) address of a Slack Web API, such as https://slack.com/api/')
    .transform((text) => (text.endsWith('/') ? text : `${text}/`))
    .optional(),
  DATABASE_URL: z
    .string()
    .refine(
      isDatabaseUrl,
      'must be the address of a PostgreSQL server, such as postgres://user:password@host:5432/name',
    )
    .optional(),
  DATA_DIR: z.string().default('./data'),
  PORT: orSay(port, 'must be a number from 1 to 65535').default(3000),
  HOST: z
    .string()
    .refine(
      (text) => isIP(text) !== 0 || /^[^\s/:]+$/.test(text),
      'must be an address to listen on, such as 127.0.0.1 or 0.0.0.0',
    )
    .optional(),
  PUBLIC_URL: address('must be an http(s) address without a query, such as https://sso.example.com')
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  DNS_SERVERS: z
    .string()
    .transform((text, context) => {
      const servers = text.split(',').map((server) => nameServer(server.trim()));
      if (servers.every((server) => server !== undefined)) return servers;
      context.addIssue('must list IP addresses with their ports, such as 1.1.1.1:53,[2606:4700::1111]:53');
      return z.NEVER;
    })
    .optional(),
  SMTP_URL: z
    .string()
    .refine(
      (text) => z.url({ protocol: /^smtps?$/ }).safeParse(text).success,
      'must be the address of a mail server, such as smtp://user:password@host:587',
    )
    .optional(),
  MAIL_FROM: z
    .string()
    .regex(
      /^[^\r\n]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/,
      'must be an e-mail address, with or without a name, such as Drawbridge <sso@example.com>',
    )
    .optional(),
  SUPPORT_CONTACT: z.string().max(200, 'must have at most 200 characters').optional(),
  ENCRYPTION_KEY: z
    .string()
    .transform((text, context) => {
      const key = decodeKey(text);
      if (key) return key;
      context.addIssue('must be 32 bytes in hex or base64: make one with "openssl rand -hex 32"');
      return z.NEVER;
    })
    .optional(),
  ALLOW_PRIVATE_NETWORK: z.enum(['true', 'false'], 'must be true or false').default('false'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
});

export type Variables = z.output<typeof variables>;

/** The same schema, with our words for whatever it finds wrong. */
function orSay<T extends z.ZodType<unknown, string>>(schema: T, message: string) {
  return z.string().transform((text, context): z.output<T> => {
    const result = schema.safeParse(text);
    if (result.success) return result.data;
    context.addIssue(message);
    return z.NEVER;
  });
}

function address(message: string) {
  return z.string().refine(isBaseAddress, message);
}

function isDatabaseUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\/(?:[^@/\s]*@)?[^@/?#\s]+(?:\/[^/?#\s]*)?(?:\?\S*)?$/.test(text);
}

/** @returns `address:port` of a name server, port 53 when none is given; undefined when it is none */
function nameServer(text: string): string | undefined {
  if (isIP(text) === 6) return `[${text}]:53`;
  const [, v6, name, number = '53'] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (Number(number) < 1 || Number(number) > 65_535) return undefined;
  if (v6 !== undefined) return isIP(v6) === 6 ? `[${v6}]:${number}` : undefined;
  const address = name === 'localhost' ? '127.0.0.1' : (name ?? '');
  return isIP(address) === 4 ? `${address}:${number}` : undefined;
}

/** Whether an address stays on this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return (
    name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name)
  );
}
