import { addDomains } from './add-domains.ts';
import { cancelDeletion } from './cancel-deletion.ts';
import { deleteDomain } from './delete-domain.ts';
import { inviteUser } from './invite-user.ts';
import { linkDomains } from './link-domains.ts';
import { move } from './move.ts';
import type { Operation, Reading } from './operation.ts';
import { relink } from './relink.ts';
import { retryDeletion } from './retry-deletion.ts';
import { settings } from './settings.ts';
import { setup } from './setup.ts';
import { ssoAccess } from './sso-access.ts';
import { testUsers } from './test-users.ts';
import { turnOff } from './turn-off.ts';
import { turnOn } from './turn-on.ts';
import { unlink } from './unlink.ts';
import { verifyDomain } from './verify-domain.ts';

/** Everything the bot can do to a team, in the order of the help. One line for each file. */
// biome-ignore lint/suspicious/noExplicitAny: a list of operations with different inputs; each checks its own by its schema
export const operations: (Operation<any, any> | Reading)[] = [
  setup,
  settings,
  addDomains,
  verifyDomain,
  linkDomains,
  testUsers,
  turnOn,
  turnOff,
  ssoAccess,
  unlink,
  deleteDomain,
  cancelDeletion,
  retryDeletion,
  relink,
  move,
  inviteUser,
];
