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
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) return false;
  const { username, password, search, hash, hostname } = new URL(text);
  const bare = hostname.replace(/^\[|\]$/g, '');
  return !username && !password && !search && !hash && (isIP(bare) !== 0 || isHostName(bare));
}

/** Letters, digits, hyphens and dots (RFC 1123); the underscore is in names that containers give to each other. */
function isHostName(text: string): boolean {
  return /^[a-z\d_](?:[a-z\d_.-]*[a-z\d])?\.?$/i.test(text) && !/^[\d.]+$/.test(text) && !text.includes('..');
}

/** Copied with its quotation marks, cut in two, or the placeholder of a guide: none of it can be in one. */
const AS_SHOWN = 'must be what Slack shows, without spaces, quotation marks or brackets';
const secret = z.string().regex(/^[!#-&(-;=?-~]+$/, AS_SHOWN);

/** All variables; those that are wrong give an issue whose path is the name and whose message follows it. */
export const variables = z.object({
  SLACK_BOT_TOKEN: z
    .string()
    .regex(/^xoxb-[\w.-]+$/, 'must be a bot token, which begins with xoxb- and has no spaces')
    .optional(),
  SLACK_SIGNING_SECRET: secret
    .refine((text) => !/^x(?:ox|app-)/.test(text), 'must be the Signing Secret of the app, not a token')
    .optional(),
  SLACK_APP_TOKEN: z
    .string()
    .regex(/^xapp-[\w.-]+$/, 'must be an app-level token, which begins with xapp- and has no spaces')
    .optional(),
  SLACK_CLIENT_ID: secret.optional(),
  SLACK_CLIENT_SECRET: secret.optional(),
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
      (text) => isIP(text) !== 0 || isHostName(text),
      'must be an address to listen on, such as 127.0.0.1 or 0.0.0.0',
    )
    .optional(),
  PUBLIC_URL: address('must be an http(s) address without a query, such as https://sso.example.com')
    .transform((text) => new URL(text).href.replace(/\/+$/, ''))
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
    .refine(isMailServer, 'must be the address of a mail server, such as smtp://user:password@host:587')
    .optional(),
  MAIL_FROM: z
    .string()
    .regex(
      /^[^\r\n]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/,
      'must be an e-mail address, with or without a name, such as Drawbridge <sso@example.com>',
    )
    .optional(),
  SUPPORT_CONTACT: z
    .string()
    .max(200, 'must have at most 200 characters')
    .regex(/^\P{Cc}*$/u, 'must be one line of text')
    .optional(),
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

/** One server, or several with commas between, as libpq takes them; what does not belong in a URL is percent-encoded. */
function isDatabaseUrl(text: string): boolean {
  const [, user, hosts = ''] =
    /^postgres(?:ql)?:\/\/(?:([^@/?#\s]*)@)?([^@/?#\s]+)(?:\/[^/?#\s]*)?(?:\?[^#\s]*)?$/.exec(text) ?? [];
  if (user !== undefined && /%(?![\da-f]{2})/i.test(user)) return false;
  return hosts.split(',').every((host) => host !== '' && hasHostAndPort(`postgres://${host}`));
}

function isMailServer(text: string): boolean {
  return /^smtps?:\/\//i.test(text) && hasHostAndPort(text);
}

function hasHostAndPort(url: string): boolean {
  return URL.canParse(url) && new URL(url).hostname !== '' && new URL(url).port !== '0';
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
