import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ConfigError, loadEnvFile, readConfig } from '../src/config.ts';
import { isLoopback, variables } from '../src/environment.ts';
import { startChild } from './support/child.ts';

const KEY = 'ab'.repeat(32);
const SINGLE = { SLACK_BOT_TOKEN: 'xoxb-1-a', SLACK_SIGNING_SECRET: 'signing-secret' };
const SOCKET = { SLACK_BOT_TOKEN: 'xoxb-1-a', SLACK_APP_TOKEN: 'xapp-1-a' };
const OAUTH = {
  SLACK_CLIENT_ID: '1.2',
  SLACK_CLIENT_SECRET: 'client-secret',
  SLACK_STATE_SECRET: 'state-secret',
  SLACK_SIGNING_SECRET: 'signing-secret',
};

describe('what is read', () => {
  it('has defaults for everything: the local workspace', () => {
    expect(readConfig({})).toEqual({
      slack: { mode: 'local' },
      slackApiUrl: undefined,
      databaseUrl: undefined,
      dataDir: './data',
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      dnsServers: undefined,
      mail: undefined,
      supportContact: undefined,
      encryptionKey: undefined,
      allowPrivateNetwork: false,
      logLevel: 'info',
    });
  });

  it('is everything when everything is set', () => {
    const config = readConfig({
      ...SINGLE,
      SLACK_API_URL: 'https://slack.example/api',
      DATABASE_URL: 'postgres://me:p%40ss@db.example:5433/sso?sslmode=require',
      DATA_DIR: '/var/lib/drawbridge',
      PORT: '8443',
      HOST: '::',
      PUBLIC_URL: 'https://sso.example.com/base/',
      DNS_SERVERS: '1.1.1.1:53, 9.9.9.9,[2606:4700::1111]:5353,2606:4700::1001,localhost:5300',
      SMTP_URL: 'smtp://user:secret@mail.example:587',
      MAIL_FROM: 'Drawbridge <sso@example.com>',
      SUPPORT_CONTACT: '#help-sso',
      ENCRYPTION_KEY: KEY,
      ALLOW_PRIVATE_NETWORK: 'true',
      LOG_LEVEL: 'debug',
    });
    expect(config).toEqual({
      slack: {
        mode: 'single',
        botToken: 'xoxb-1-a',
        transport: { kind: 'http', signingSecret: 'signing-secret' },
      },
      slackApiUrl: 'https://slack.example/api/',
      databaseUrl: 'postgres://me:p%40ss@db.example:5433/sso?sslmode=require',
      dataDir: '/var/lib/drawbridge',
      port: 8443,
      host: '::',
      publicUrl: 'https://sso.example.com/base',
      dnsServers: [
        '1.1.1.1:53',
        '9.9.9.9:53',
        '[2606:4700::1111]:5353',
        '[2606:4700::1001]:53',
        '127.0.0.1:5300',
      ],
      mail: { smtpUrl: 'smtp://user:secret@mail.example:587', from: 'Drawbridge <sso@example.com>' },
      supportContact: '#help-sso',
      encryptionKey: Buffer.from(KEY, 'hex'),
      allowPrivateNetwork: true,
      logLevel: 'debug',
    });
  });

  it('tells one workspace, Socket Mode and many workspaces apart', () => {
    expect(readConfig(SINGLE)).toMatchObject({ slack: { mode: 'single' }, host: '0.0.0.0' });
    expect(readConfig(SOCKET).slack).toEqual({
      mode: 'single',
      botToken: 'xoxb-1-a',
      transport: { kind: 'socket', appToken: 'xapp-1-a', signingSecret: undefined },
    });
    expect(readConfig(OAUTH).slack).toEqual({
      mode: 'oauth',
      clientId: '1.2',
      clientSecret: 'client-secret',
      stateSecret: 'state-secret',
      transport: { kind: 'http', signingSecret: 'signing-secret' },
    });
  });

  it('takes an empty variable as one that is not set, and forgives spaces', () => {
    expect(readConfig({ SLACK_BOT_TOKEN: '', DATABASE_URL: '  ', PORT: ' 4000 ' })).toMatchObject({
      slack: { mode: 'local' },
      port: 4000,
      publicUrl: 'http://localhost:4000',
    });
  });

  it.each([
    ['hex', KEY],
    ['upper-case hex', KEY.toUpperCase()],
    ['base64', Buffer.from(KEY, 'hex').toString('base64')],
    ['base64url', Buffer.from(KEY, 'hex').toString('base64url')],
  ])('takes the key in %s', (_, key) => {
    expect(readConfig({ ENCRYPTION_KEY: key }).encryptionKey).toEqual(Buffer.from(KEY, 'hex'));
  });

  it.each([
    ['the embedded database with real credentials', SINGLE],
    [
      'a server of Slack on this machine, with http',
      { ...SINGLE, SLACK_API_URL: 'http://127.0.0.1:1/api/', PUBLIC_URL: 'http://sso.example' },
    ],
    ['a public address on loopback, with http', { ...SINGLE, PUBLIC_URL: 'http://127.0.0.1:3000' }],
    ['a public address in the local workspace, with http', { PUBLIC_URL: 'http://sso.example' }],
    ['loopback by another name', { HOST: 'localhost' }],
    ['loopback by its IPv6 address', { HOST: '::1' }],
    ['a server without a database name', { ...SINGLE, DATABASE_URL: 'postgresql://db', ENCRYPTION_KEY: KEY }],
    [
      'several servers',
      { ...SINGLE, DATABASE_URL: 'postgres://u:p%40w@a:5432,b:5433,[::1]/x', ENCRYPTION_KEY: KEY },
    ],
    ['a host by the name that containers know', { ...SINGLE, HOST: 'my_bot.internal' }],
    ['a public address in capitals', { ...SINGLE, PUBLIC_URL: 'HTTPS://SSO.Example.com' }],
    ['a plain sender', { SMTP_URL: 'smtps://mail.example', MAIL_FROM: 'sso@example.com' }],
  ])('accepts %s', (_, env) => {
    expect(() => readConfig(env)).not.toThrow();
  });
});

describe('what is refused', () => {
  it.each<[string, Record<string, string>, string]>([
    // Half-set Slack variables
    ['a signing secret alone', { SLACK_SIGNING_SECRET: 'signing-secret' }, 'SLACK_BOT_TOKEN is missing'],
    ['a bot token alone', { SLACK_BOT_TOKEN: 'xoxb-1' }, 'SLACK_SIGNING_SECRET is missing'],
    ['an app token alone', { SLACK_APP_TOKEN: 'xapp-1' }, 'SLACK_BOT_TOKEN is missing'],
    [
      'an API address without a token',
      { SLACK_API_URL: 'https://slack.example/api/', SLACK_SIGNING_SECRET: 'signing-secret' },
      'SLACK_BOT_TOKEN is missing',
    ],
    ['many workspaces without an id', { ...OAUTH, SLACK_CLIENT_ID: '' }, 'SLACK_CLIENT_ID is missing'],
    [
      'many workspaces without a secret',
      { ...OAUTH, SLACK_CLIENT_SECRET: '' },
      'SLACK_CLIENT_SECRET is missing',
    ],
    [
      'many workspaces without a state secret',
      { ...OAUTH, SLACK_STATE_SECRET: '' },
      'SLACK_STATE_SECRET is missing',
    ],
    [
      'many workspaces without a signing secret',
      { ...OAUTH, SLACK_SIGNING_SECRET: '' },
      'SLACK_SIGNING_SECRET is missing',
    ],
    [
      'one workspace and many at once',
      { ...OAUTH, SLACK_BOT_TOKEN: 'xoxb-1' },
      'SLACK_BOT_TOKEN is for one workspace',
    ],
    // Wrong values
    ['a user token', { ...SINGLE, SLACK_BOT_TOKEN: 'xoxp-1' }, 'SLACK_BOT_TOKEN must be a bot token'],
    [
      'a bot token as app token',
      { ...SOCKET, SLACK_APP_TOKEN: 'xoxb-1' },
      'SLACK_APP_TOKEN must be an app-level token',
    ],
    [
      'a bot token cut short',
      { ...SINGLE, SLACK_BOT_TOKEN: 'xoxb-…' },
      'SLACK_BOT_TOKEN must be a bot token',
    ],
    ['a bot token in two', { ...SINGLE, SLACK_BOT_TOKEN: 'xoxb-1 2' }, 'SLACK_BOT_TOKEN must be a bot token'],
    [
      'a secret with its quotation marks',
      { ...SINGLE, SLACK_SIGNING_SECRET: '"signing"' },
      'SLACK_SIGNING_SECRET must be what Slack shows, without spaces',
    ],
    [
      'the placeholder of a guide',
      { ...SINGLE, SLACK_SIGNING_SECRET: '<secret>' },
      'SLACK_SIGNING_SECRET must be what Slack shows',
    ],
    [
      'a token as signing secret',
      { ...SINGLE, SLACK_SIGNING_SECRET: 'xoxb-1' },
      'SLACK_SIGNING_SECRET must be the Signing Secret of the app, not a token',
    ],
    ['a client id of two words', { ...OAUTH, SLACK_CLIENT_ID: '1 2' }, 'SLACK_CLIENT_ID must be what'],
    [
      'an API address that is none',
      { ...SINGLE, SLACK_API_URL: 'slack.example/api' },
      'SLACK_API_URL must be',
    ],
    ['a port that is a word', { PORT: 'http' }, 'PORT must be a number from 1 to 65535'],
    ['port 0', { PORT: '0' }, 'PORT must be'],
    ['a port too high', { PORT: '65536' }, 'PORT must be'],
    ['a port with a fraction', { PORT: '3000.5' }, 'PORT must be'],
    ['a host with a port', { HOST: '127.0.0.1:3000' }, 'HOST must be an address'],
    ['a host that is almost an address', { ...SINGLE, HOST: '256.1.1.1' }, 'HOST must be an address'],
    ['a host for all', { HOST: '*' }, 'HOST must be an address'],
    ['a host with a scheme', { HOST: 'http://localhost' }, 'HOST must be an address'],
    ['a public address without a scheme', { PUBLIC_URL: 'sso.example.org' }, 'PUBLIC_URL must be'],
    ['a public address of another scheme', { PUBLIC_URL: 'ftp://sso.example.com' }, 'PUBLIC_URL must be'],
    ['a public address for many', { PUBLIC_URL: 'https://*.example.com' }, 'PUBLIC_URL must be'],
    [
      'http in capitals beside real credentials',
      { ...SINGLE, PUBLIC_URL: 'HTTP://sso.example.com' },
      'PUBLIC_URL must begin with https://',
    ],
    ['a public address with a query', { PUBLIC_URL: 'https://sso.example.com/?a=1' }, 'PUBLIC_URL must be'],
    ['a public address with a password', { PUBLIC_URL: 'https://a:b@sso.example.com' }, 'PUBLIC_URL must be'],
    [
      'a database that is none',
      { ...SINGLE, ENCRYPTION_KEY: KEY, DATABASE_URL: 'mysql://db/x' },
      'DATABASE_URL must be',
    ],
    [
      'a database without a host',
      { ...SINGLE, ENCRYPTION_KEY: KEY, DATABASE_URL: 'postgres:///x' },
      'DATABASE_URL must be',
    ],
    ...[':port', ':99999', ':0', ',:1'].map((port): [string, Record<string, string>, string] => [
      `a database at ${port}`,
      { ...SINGLE, ENCRYPTION_KEY: KEY, DATABASE_URL: `postgres://db${port}/x` },
      'DATABASE_URL must be',
    ]),
    ...['p#w', 'p%w', 'p/w', 'p w'].map((password): [string, Record<string, string>, string] => [
      `a database with the password ${password} as it is`,
      { ...SINGLE, ENCRYPTION_KEY: KEY, DATABASE_URL: `postgres://me:${password}@db/x` },
      'DATABASE_URL must be',
    ]),
    ['a name server by name', { DNS_SERVERS: 'dns.example:53' }, 'DNS_SERVERS must list'],
    ['a name server with a port too high', { DNS_SERVERS: '1.1.1.1:70000' }, 'DNS_SERVERS must list'],
    ['an empty name server', { DNS_SERVERS: '1.1.1.1,,8.8.8.8' }, 'DNS_SERVERS must list'],
    [
      'a mail server that is none',
      { SMTP_URL: 'mail.example', MAIL_FROM: 'a@b.example' },
      'SMTP_URL must be',
    ],
    [
      'a mail server without a name',
      { SMTP_URL: 'smtp://:587', MAIL_FROM: 'a@b.example' },
      'SMTP_URL must be',
    ],
    ['a mail server at port 0', { SMTP_URL: 'smtp://m:0', MAIL_FROM: 'a@b.example' }, 'SMTP_URL must be'],
    ['a mail server without a sender', { SMTP_URL: 'smtp://mail.example' }, 'MAIL_FROM is missing'],
    ['a sender without a mail server', { MAIL_FROM: 'a@b.example' }, 'SMTP_URL is missing'],
    ['a sender that is none', { SMTP_URL: 'smtp://mail.example', MAIL_FROM: 'nobody' }, 'MAIL_FROM must be'],
    [
      'a sender of two lines',
      { SMTP_URL: 'smtp://mail.example', MAIL_FROM: 'a\r\nBcc: x <a@b.example>' },
      'MAIL_FROM must be',
    ],
    ['a key too short', { ENCRYPTION_KEY: 'ab'.repeat(16) }, 'ENCRYPTION_KEY must be 32 bytes'],
    ['a key too long', { ENCRYPTION_KEY: 'ab'.repeat(33) }, 'ENCRYPTION_KEY must be 32 bytes'],
    [
      'a password as key',
      { ENCRYPTION_KEY: 'correct horse battery staple and so on' },
      'ENCRYPTION_KEY must be',
    ],
    ['a word for a switch', { ALLOW_PRIVATE_NETWORK: 'yes' }, 'ALLOW_PRIVATE_NETWORK must be true or false'],
    ['an unknown log level', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of trace, debug'],
    ['a support contact of two lines', { SUPPORT_CONTACT: 'a\nb' }, 'SUPPORT_CONTACT must be one line'],
    ['a support contact without end', { SUPPORT_CONTACT: 'x'.repeat(201) }, 'SUPPORT_CONTACT must have'],
    // What does not go together
    ['a server without a key', { ...SINGLE, DATABASE_URL: 'postgres://db/x' }, 'ENCRYPTION_KEY is missing'],
    [
      'http beside real credentials',
      { ...SINGLE, PUBLIC_URL: 'http://sso.example.com' },
      'PUBLIC_URL must begin with https://',
    ],
    [
      'http beside many workspaces',
      { ...OAUTH, PUBLIC_URL: 'http://sso.example.com' },
      'PUBLIC_URL must begin with https://',
    ],
    [
      'http beside a remote API',
      { ...SINGLE, SLACK_API_URL: 'https://slack.example/api', PUBLIC_URL: 'http://sso.example.com' },
      'PUBLIC_URL must begin',
    ],
    [
      'the local workspace beside a server',
      { DATABASE_URL: 'postgres://db/x', ENCRYPTION_KEY: KEY },
      'DATABASE_URL is set and the local workspace runs',
    ],
    [
      'the local workspace on all addresses',
      { HOST: '0.0.0.0' },
      'HOST is 0.0.0.0 and the local workspace runs',
    ],
    ['the local workspace on all IPv6 addresses', { HOST: '::' }, 'HOST is :: and'],
    [
      'the local workspace on a name like loopback',
      { HOST: '127.0.0.1.example.com' },
      'HOST is 127.0.0.1.example.com and',
    ],
  ])('%s', (_, env, message) => {
    expect(() => readConfig(env)).toThrow(ConfigError);
    try {
      readConfig(env);
    } catch (error) {
      const { problems } = error as ConfigError;
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain(message);
      // It says what to do, and never what a secret is.
      expect(problems[0]).toMatch(/set|must|unset|make one/);
      for (const [name, value] of Object.entries(env)) {
        if (/TOKEN|SECRET|KEY|_URL/.test(name) && value) expect(problems[0]).not.toContain(value);
      }
    }
  });

  it('all at once, in one message', () => {
    expect(() =>
      readConfig({ PORT: 'x', HOST: '0.0.0.0', LOG_LEVEL: 'y', SMTP_URL: 'smtp://m.example' }),
    ).toThrow(
      /^The configuration is wrong:\n {2}- PORT must .*\n {2}- LOG_LEVEL must .*\n {2}- HOST is .*\n {2}- MAIL_FROM is missing.*$/,
    );
  });
});

describe('the start', () => {
  it('ends with the message alone, and as a failure', async () => {
    const nothing = Object.fromEntries(Object.keys(variables.shape).map((name) => [name, '']));
    const child = startChild('src/main.ts', [], { ...nothing, SLACK_BOT_TOKEN: 'xoxb-1', LOG_LEVEL: 'loud' });
    expect(await child.ended).toBe(1);
    expect(child.lines).toEqual([
      'The configuration is wrong:',
      expect.stringMatching(/^ {2}- LOG_LEVEL must be one of /),
      expect.stringMatching(/^ {2}- SLACK_SIGNING_SECRET is missing: /),
    ]);
  });
});

describe('.env', () => {
  const folders: string[] = [];
  afterEach(async () => {
    delete process.env.DRAWBRIDGE_TEST_A;
    delete process.env.DRAWBRIDGE_TEST_B;
    await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
  });

  it('is read when present, and does not override the environment', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'drawbridge-env-'));
    folders.push(folder);
    await writeFile(join(folder, '.env'), 'DRAWBRIDGE_TEST_A=file\nDRAWBRIDGE_TEST_B="from file"\n');
    process.env.DRAWBRIDGE_TEST_A = 'environment';
    loadEnvFile(join(folder, '.env'));
    expect(process.env.DRAWBRIDGE_TEST_A).toBe('environment');
    expect(process.env.DRAWBRIDGE_TEST_B).toBe('from file');
    expect(() => loadEnvFile(join(folder, 'none'))).not.toThrow();
    expect(() => loadEnvFile(folder)).toThrow(ConfigError);
  });

  it('has an example that explains every variable and sets none', async () => {
    const example = await readFile('.env.example', 'utf8');
    const named = [...example.matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(Object.keys(variables.shape).sort());
    expect(example).not.toMatch(/^[A-Z]/m);
  });
});

describe('loopback', () => {
  it.each(['localhost', 'LOCALHOST', 'a.localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]'])(
    'is %s',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );
  it.each(['0.0.0.0', '::', '10.0.0.1', 'localhost.example.com', '1127.0.0.1', '127.0.0.1.nip.io', ''])(
    'is not %s',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});
