import { blockErrors, viewErrors } from '../block-kit/content.ts';
import { SlackError } from '../errors.ts';
import { botScopes } from '../manifest.ts';
import type { Json } from '../types.ts';
import type { Method } from './methods.ts';

export const apiTest: Method = ({ args }) => {
  if (args.error) throw new SlackError(String(args.error));
  return { args };
};

export const authTest: Method = ({ ctx }) => {
  const { team, bot } = ctx.directory;
  return {
    url: `${ctx.base()}/`,
    team: team.name,
    user: bot.name.toLowerCase(),
    team_id: team.id,
    user_id: bot.user_id,
    bot_id: bot.bot_id,
    is_enterprise_install: false,
  };
};

export const connectionsOpen: Method = ({ ctx }) => {
  if (!ctx.socket) throw new SlackError('not_allowed_token_type');
  return { url: ctx.socket.ticket(ctx.base()) };
};

export const oauthAccess: Method = ({ ctx, args }) => {
  const { oauth } = ctx.tokens;
  if (!oauth || args.client_id !== oauth.clientId) throw new SlackError('invalid_client_id');
  if (args.client_secret !== oauth.clientSecret) throw new SlackError('bad_client_secret');
  if (args.grant_type !== undefined && args.grant_type !== 'authorization_code') {
    throw new SlackError('invalid_grant_type');
  }
  const problem = ctx.tokens.redeem(args.code, args.redirect_uri);
  if (problem) throw new SlackError(problem);
  const { team, bot, people } = ctx.directory;
  const owner = [...people.values()].find((p) => p.is_owner);
  return {
    app_id: bot.app_id,
    authed_user: { id: owner?.id ?? '' },
    scope: botScopes(ctx.manifest).join(','),
    token_type: 'bot',
    access_token: ctx.tokens.bot,
    bot_user_id: bot.user_id,
    team: { id: team.id, name: team.name },
    enterprise: null,
    is_enterprise_install: false,
  };
};

export const teamInfo: Method = ({ ctx }) => {
  const { id, name, domain } = ctx.directory.team;
  return { team: { id, name, domain, email_domain: '', icon: {}, url: `${ctx.base()}/` } };
};

export const botsInfo: Method = ({ ctx, args }) => {
  const { bot } = ctx.directory;
  if (args.bot !== undefined && args.bot !== bot.bot_id) throw new SlackError('bot_not_found');
  return {
    bot: {
      id: bot.bot_id,
      deleted: false,
      name: bot.name,
      updated: 0,
      app_id: bot.app_id,
      user_id: bot.user_id,
      icons: {},
    },
  };
};

export const blocksValidate: Method = ({ args }) => {
  const given = (['blocks', 'view', 'message'] as const).filter((name) => args[name] !== undefined);
  const what = given[0];
  if (!what || given.length > 1) {
    throw new SlackError('invalid_arguments', ['must provide exactly one of `blocks`, `view`, or `message`']);
  }
  const errors = problems(what, args[what]);
  if (errors.length === 0) return {};
  throw new SlackError(`invalid_${what}`, [], { extra: { errors: errors.map(constraint) } });
};

function problems(what: 'blocks' | 'view' | 'message', value: unknown): string[] {
  if (!value || typeof value !== 'object') return ['must be an object [json-pointer:]'];
  if (what === 'view') return viewErrors(value as Json, '');
  const blocks = what === 'message' ? ((value as Json)?.blocks ?? []) : value;
  if (!Array.isArray(blocks)) return ['must be a list [json-pointer:]'];
  return blockErrors(blocks, what === 'message' ? '/blocks' : '', 'message');
}

function constraint(error: string): Json {
  const [, message, pointer] = /^(.*) \[json-pointer:(.*)\]$/.exec(error) ?? [];
  return { code: 'failed_constraint', message: message ?? error, pointer: pointer ?? '' };
}
