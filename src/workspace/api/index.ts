import * as app from './app.ts';
import * as chat from './chat.ts';
import * as conversations from './conversations.ts';
import * as files from './files.ts';
import type { Method } from './methods.ts';
import * as users from './users.ts';
import * as views from './views.ts';

/** Every Web API method served here. Any other is `unknown_method`. */
export const METHODS: Record<string, Method> = {
  'api.test': app.apiTest,
  'apps.connections.open': app.connectionsOpen,
  'auth.test': app.authTest,
  'blocks.validate': app.blocksValidate,
  'bots.info': app.botsInfo,
  'chat.delete': chat.remove,
  'chat.getPermalink': chat.getPermalink,
  'chat.postEphemeral': chat.postEphemeral,
  'chat.postMessage': chat.postMessage,
  'chat.update': chat.update,
  'conversations.history': conversations.history,
  'conversations.info': conversations.info,
  'conversations.join': conversations.join,
  'conversations.list': conversations.list,
  'conversations.members': conversations.members,
  'conversations.open': conversations.open,
  'conversations.replies': conversations.replies,
  'files.completeUploadExternal': files.completeUploadExternal,
  'files.delete': files.remove,
  'files.getUploadURLExternal': files.getUploadURLExternal,
  'files.info': files.info,
  'oauth.v2.access': app.oauthAccess,
  'team.info': app.teamInfo,
  'users.conversations': conversations.usersConversations,
  'users.info': users.info,
  'users.list': users.list,
  'views.open': views.open,
  'views.publish': views.publish,
  'views.push': views.push,
  'views.update': views.update,
};
