import { addDomains } from './add-domains.ts';
import { cancelDeletion } from './cancel-deletion.ts';
import { connect } from './connect.ts';
import { deleteDomain } from './delete-domain.ts';
import { disconnect } from './disconnect.ts';
import { editConnection } from './edit-connection.ts';
import { help } from './help.ts';
import { history } from './history.ts';
import { home } from './home.ts';
import { importUsers } from './import-users.ts';
import { inviteUser } from './invite-user.ts';
import { linkDomains } from './link-domains.ts';
import { move } from './move.ts';
import type { Operation, Reading } from './operation.ts';
import { ourMetadata } from './our-metadata.ts';
import { overview } from './overview.ts';
import { relink } from './relink.ts';
import { removeCertificate } from './remove-certificate.ts';
import { renewCertificate } from './renew-certificate.ts';
import { requests } from './requests.ts';
import { retryDeletion } from './retry-deletion.ts';
import { settings } from './settings.ts';
import { settleDoubt } from './settle-doubt.ts';
import { setup } from './setup.ts';
import { ssoAccess } from './sso-access.ts';
import { status } from './status.ts';
import { testSignIn } from './test-sign-in.ts';
import { testUsers } from './test-users.ts';
import { turnOff } from './turn-off.ts';
import { turnOn } from './turn-on.ts';
import { unlink } from './unlink.ts';
import { users } from './users.ts';
import { verifyDomain } from './verify-domain.ts';

/** Everything the bot can do to a team, in the order of the help. One line for each file. */
// biome-ignore lint/suspicious/noExplicitAny: a list of operations with different inputs; each checks its own by its schema
export const operations: (Operation<any, any> | Reading)[] = [
  overview,
  status,
  setup,
  settings,
  addDomains,
  verifyDomain,
  connect,
  editConnection,
  renewCertificate,
  removeCertificate,
  ourMetadata,
  testSignIn,
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
  disconnect,
  inviteUser,
  importUsers,
  users,
  settleDoubt,
  requests,
  history,
  home,
  help,
];
