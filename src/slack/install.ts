import type { IncomingMessage, ServerResponse } from 'node:http';
import { HTTPReceiver } from '@slack/bolt';
import { type Clients, SLACK_API } from './client.ts';
import { boltLogger, type SlackLog } from './logger.ts';
import type { Workspaces } from './workspaces.ts';

export const INSTALL_PATH = '/slack/install';
export const REDIRECT_PATH = '/slack/oauth_redirect';

/** The scopes asked for; the manifest names the same, and the README says why each. */
export const BOT_SCOPES = [
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:read',
  'im:write',
  'users:read',
];

export interface InstallOptions {
  clientId: string;
  clientSecret: string;
  stateSecret: string;
  publicUrl: string;
  apiUrl: string;
  workspaces: Workspaces;
  clients: Clients;
  log: SlackLog;
}

/**
 * Installing by OAuth (docs: "Installing with OAuth"). Bolt's install provider checks the state, which is signed and
 * bound to the browser by a cookie; installations go sealed into the database.
 * @returns a listener for GET of the two paths above
 */
export function createInstall(options: InstallOptions): (req: IncomingMessage, res: ServerResponse) => void {
  const { clientId, clientSecret, stateSecret, publicUrl, apiUrl, workspaces, clients, log } = options;
  const receiver = new HTTPReceiver({
    // This receiver takes no payloads, so it verifies none.
    signingSecret: '',
    signatureVerification: false,
    endpoints: [],
    logger: boltLogger(log),
    clientId,
    clientSecret,
    stateSecret,
    redirectUri: publicUrl + REDIRECT_PATH,
    scopes: BOT_SCOPES,
    installerOptions: {
      directInstall: true,
      redirectUriPath: REDIRECT_PATH,
      installPath: INSTALL_PATH,
      clientOptions: clients.options,
      authorizationUrl: authorizeUrl(apiUrl),
      callbackOptions: {
        success: (_installation, _options, _req, res) =>
          page(res, 200, 'Drawbridge is installed', 'Go back to Slack and type /sso to begin.'),
        failure(error, _options, _req, res) {
          log.warn({ code: error.code }, 'An installation failed');
          page(res, 400, 'Drawbridge was not installed', `Begin again at ${publicUrl}${INSTALL_PATH}`);
        },
      },
    },
    installationStore: {
      async storeInstallation({ team, bot, isEnterpriseInstall }) {
        if (!team || !bot || isEnterpriseInstall) {
          throw new Error('Drawbridge is installed in one workspace at a time, not in an organisation');
        }
        await workspaces.keep({
          id: team.id,
          name: team.name ?? team.id,
          botToken: bot.token,
          botId: bot.id,
          botUserId: bot.userId,
        });
        log.info({ workspace: team.id }, 'Drawbridge was installed in a workspace');
      },
      fetchInstallation: () => Promise.reject(new Error('installations are read from the database')),
    },
  });
  return (req, res) => {
    res.setHeader('referrer-policy', 'no-referrer');
    res.setHeader('cache-control', 'no-store');
    receiver.requestListener(req, res);
  };
}

/** Slack's page to agree on; another server's stands beside its Web API. */
function authorizeUrl(apiUrl: string): string {
  return apiUrl === SLACK_API
    ? 'https://slack.com/oauth/v2/authorize'
    : new URL('../oauth/v2/authorize', apiUrl).href;
}

function page(res: ServerResponse, status: number, title: string, words: string): void {
  res.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  });
  const safe = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  res.end(
    `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>${safe(title)}</title>` +
      `<body style="font:1.1rem/1.5 system-ui;margin:15vh auto;max-width:30rem;padding:0 1rem">` +
      `<h1>${safe(title)}</h1><p>${safe(words)}</p>`,
  );
}
