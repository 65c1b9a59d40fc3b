import { isLoopback, type LogLevel, type Variables, variables } from './environment.ts';

/** How the bot reaches Slack. */
export type SlackConfig =
  | { mode: 'local' }
  | { mode: 'single'; botToken: string; transport: SlackTransport }
  | {
      mode: 'oauth';
      clientId: string;
      clientSecret: string;
      stateSecret: string;
      transport: SlackTransport;
    };

/** How Slack reaches the bot: signed HTTP requests, or a socket that the bot opens. */
export type SlackTransport =
  | { kind: 'http'; signingSecret: string }
  | { kind: 'socket'; appToken: string; signingSecret: string | undefined };

/** Everything that the environment says, checked. */
export interface Config {
  slack: SlackConfig;
  /** The Web API's base, with a slash at its end; undefined for Slack's own. */
  slackApiUrl: string | undefined;
  /** A PostgreSQL server; undefined for the embedded database in `dataDir`. */
  databaseUrl: string | undefined;
  dataDir: string;
  port: number;
  host: string;
  /** The base of every address we hand out, without a slash at its end. */
  publicUrl: string;
  /** `host:port` each; undefined for the system's. */
  dnsServers: string[] | undefined;
  /** Outgoing mail; undefined when there is none. */
  mail: { smtpUrl: string; from: string } | undefined;
  supportContact: string | undefined;
  /** 32 bytes; undefined for the file in `dataDir`. */
  encryptionKey: Buffer | undefined;
  allowPrivateNetwork: boolean;
  logLevel: LogLevel;
}

/** The environment is wrong. The one message names every variable that is, and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(
      problems.length === 1
        ? `The configuration is wrong: ${problems[0]}`
        : ['The configuration is wrong:', ...problems.map((problem) => `  - ${problem}`)].join('\n'),
    );
  }
}

const SLACK_VARIABLES = [
  'SLACK_BOT_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_APP_TOKEN',
  'SLACK_CLIENT_ID',
  'SLACK_CLIENT_SECRET',
  'SLACK_STATE_SECRET',
  'SLACK_API_URL',
] as const;

const OAUTH_VARIABLES = ['SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET'] as const;

/**
 * Reads the environment (see .env.example and the README).
 * @param env the variables; one that is empty counts as not set
 * @returns what they say, with defaults
 * @throws ConfigError naming every variable that is wrong, half set, or does not go with another
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(
    Object.entries(env)
      .map(([name, value]) => [name, value?.trim()] as const)
      .filter(([, value]) => value),
  );
  const parsed = variables.safeParse(set);
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) => `${String(issue.path[0])} ${issue.message}`),
    ...slackProblems(set),
    ...otherProblems(set),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const values = parsed.data;
  const slack = readSlack(values);

  return {
    slack,
    slackApiUrl: values.SLACK_API_URL,
    databaseUrl: values.DATABASE_URL,
    dataDir: values.DATA_DIR,
    port: values.PORT,
    host: values.HOST ?? (slack.mode === 'local' ? '127.0.0.1' : '0.0.0.0'),
    publicUrl: values.PUBLIC_URL ?? `http://localhost:${values.PORT}`,
    dnsServers: values.DNS_SERVERS,
    mail:
      values.SMTP_URL && values.MAIL_FROM ? { smtpUrl: values.SMTP_URL, from: values.MAIL_FROM } : undefined,
    supportContact: values.SUPPORT_CONTACT,
    encryptionKey: values.ENCRYPTION_KEY,
    allowPrivateNetwork: values.ALLOW_PRIVATE_NETWORK === 'true',
    logLevel: values.LOG_LEVEL,
  };
}

/** What is set, as it was written: these checks run beside those of the single values. */
type Written = Record<string, string | undefined>;

function slackProblems(set: Written): string[] {
  if (!SLACK_VARIABLES.some((name) => set[name])) return localProblems(set);
  const problems: string[] = [];
  if (OAUTH_VARIABLES.some((name) => set[name])) {
    for (const name of OAUTH_VARIABLES.filter((name) => !set[name])) {
      problems.push(
        `${name} is missing: many workspaces need ${OAUTH_VARIABLES.join(', ')}; set it, or unset all three`,
      );
    }
    if (set.SLACK_BOT_TOKEN) {
      problems.push(
        'SLACK_BOT_TOKEN is for one workspace and SLACK_CLIENT_ID for many: unset one of the two',
      );
    }
  } else if (!set.SLACK_BOT_TOKEN) {
    problems.push(
      'SLACK_BOT_TOKEN is missing beside the other Slack variables: set it, or unset them all for the local workspace',
    );
  }
  if (!set.SLACK_SIGNING_SECRET && !set.SLACK_APP_TOKEN) {
    problems.push(
      'SLACK_SIGNING_SECRET is missing: Slack signs its requests with it (or set SLACK_APP_TOKEN for Socket Mode)',
    );
  }
  return [...problems, ...publicUrlProblems(set)];
}

/** The local workspace has no passwords, so it must not be reachable, nor stand beside anything real. */
function localProblems(set: Written): string[] {
  const why = 'the local workspace runs, because no Slack variable is set, and it is for this machine only';
  const problems: string[] = [];
  if (set.DATABASE_URL) {
    problems.push(
      `DATABASE_URL is set and ${why}: set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET, or unset DATABASE_URL`,
    );
  }
  if (set.HOST && variables.shape.HOST.safeParse(set.HOST).success && !isLoopback(set.HOST)) {
    problems.push(
      `HOST is ${set.HOST} and ${why}: set HOST to 127.0.0.1, or set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET`,
    );
  }
  return problems;
}

/** Browsers and identity providers will use the address, so it is https, unless all of it stays on this machine. */
function publicUrlProblems(set: Written): string[] {
  const host = (text: string | undefined): string | undefined =>
    text !== undefined && URL.canParse(text) ? new URL(text).hostname : undefined;
  const own = host(set.PUBLIC_URL);
  const api = host(set.SLACK_API_URL);
  if (own === undefined || isLoopback(own) || (api !== undefined && isLoopback(api))) return [];
  return /^http:/i.test(set.PUBLIC_URL ?? '')
    ? ['PUBLIC_URL must begin with https:// beside real Slack credentials']
    : [];
}

function otherProblems(set: Written): string[] {
  const problems: string[] = [];
  if (set.SMTP_URL && !set.MAIL_FROM) {
    problems.push('MAIL_FROM is missing: mail that SMTP_URL sends must say whom it is from');
  }
  if (set.MAIL_FROM && !set.SMTP_URL) {
    problems.push('SMTP_URL is missing: MAIL_FROM alone sends no mail; set both or neither');
  }
  if (set.DATABASE_URL && !set.ENCRYPTION_KEY) {
    problems.push(
      'ENCRYPTION_KEY is missing: with DATABASE_URL every process needs the same key; make one with "openssl rand -hex 32"',
    );
  }
  return problems;
}

/** Who is complete was checked before, so what is left here is only to tell the modes apart. */
function readSlack(values: Variables): SlackConfig {
  const transport = readTransport(values);
  if (transport && values.SLACK_CLIENT_ID && values.SLACK_CLIENT_SECRET && values.SLACK_STATE_SECRET) {
    return {
      mode: 'oauth',
      clientId: values.SLACK_CLIENT_ID,
      clientSecret: values.SLACK_CLIENT_SECRET,
      stateSecret: values.SLACK_STATE_SECRET,
      transport,
    };
  }
  if (transport && values.SLACK_BOT_TOKEN) {
    return { mode: 'single', botToken: values.SLACK_BOT_TOKEN, transport };
  }
  return { mode: 'local' };
}

function readTransport(values: Variables): SlackTransport | undefined {
  if (values.SLACK_APP_TOKEN) {
    return { kind: 'socket', appToken: values.SLACK_APP_TOKEN, signingSecret: values.SLACK_SIGNING_SECRET };
  }
  return values.SLACK_SIGNING_SECRET
    ? { kind: 'http', signingSecret: values.SLACK_SIGNING_SECRET }
    : undefined;
}

/**
 * Adds the variables of `.env` to the environment; those that are set already win.
 * @param path the file, which need not be there
 * @throws ConfigError when it is there and cannot be read
 */
export function loadEnvFile(path = '.env'): void {
  try {
    process.loadEnvFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw new ConfigError([`${path} cannot be read (${code}): check its permissions`]);
  }
}
