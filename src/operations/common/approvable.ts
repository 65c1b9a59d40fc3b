/**
 * Changes that wait for approval unless the team says otherwise, with what a team reads of them in its settings.
 * A test sees to it that these are exactly the operations that may need one.
 */
export const APPROVABLE = {
  'domain.on': 'Turn on SSO',
  'domain.off': 'Turn off SSO',
  'domain.unlink': 'Unlink domain',
  'domain.delete': 'Delete domain',
  'connection.edit': 'Edit IdP metadata',
  'connection.renew': 'Renew certificate',
  'certificate.remove': 'Remove certificate',
  'connection.delete': 'Delete connection',
  settings: 'Team settings',
} as const;

export type ApprovableKind = keyof typeof APPROVABLE;
export const APPROVABLE_KINDS = Object.keys(APPROVABLE) as ApprovableKind[];
