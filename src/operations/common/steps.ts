import type { Step, StepArgs } from '../../words/document.ts';

/** What a button says, by the kind it leads to: the whole act, never just "OK". */
const LABELS: Record<string, string> = {
  setup: 'Set up your team',
  settings: 'Team settings',
  'domain.add': 'Add domains',
  'domain.verify': 'Verify',
  'domain.link': 'Link domain',
  'domain.testers': 'Edit test users',
  'domain.on': 'Turn on SSO',
  'domain.off': 'Turn off SSO',
  'domain.jit': 'Edit SSO access',
  'domain.unlink': 'Unlink domain',
  'domain.delete': 'Delete domain',
  'domain.relink': 'Relink domain',
  'domain.move': 'Move domain',
  'deletion.cancel': 'Cancel deletion',
  'deletion.retry': 'Retry',
  'connection.add': 'New connection',
  'connection.edit': 'Edit connection',
  'connection.renew': 'Renew certificate',
  'certificate.remove': 'Remove certificate',
  'connection.metadata': 'Metadata',
  'connection.test': 'Test sign-in',
  'connection.delete': 'Delete connection',
  'user.invite': 'Invite user',
  'user.import': 'Import users',
  'user.settle': 'Say whose account',
  users: 'Users',
  requests: 'Requests',
  history: 'History',
  status: 'Status',
  overview: 'Overview',
  help: 'Help',
};

const DANGEROUS = new Set(['domain.off', 'domain.unlink', 'domain.delete', 'connection.delete']);

type Looks = Pick<Step, 'style'> & { label?: string };

function make(go: Step['go'], kind: string, args: StepArgs, { label, style }: Looks): Step {
  const named = label ?? LABELS[kind];
  if (named === undefined) throw new Error(`no label for a button that leads to ${kind}`);
  const shown = style ?? (DANGEROUS.has(kind) ? 'danger' : undefined);
  return { label: named, go, kind, args, ...(shown ? { style: shown } : {}) };
}

/**
 * Makes buttons. Each takes the kind it leads to, ids, and a label or style other than the usual.
 * All throw for a kind that has no label, when none is given.
 */
export const step = {
  /** A button that opens an operation's modal. */
  open: (kind: string, args: StepArgs = {}, looks: Looks = {}): Step => make('open', kind, args, looks),
  /** A button that acts at once. */
  do: (kind: string, args: StepArgs = {}, looks: Looks = {}): Step => make('do', kind, args, looks),
  /** A button that shows a reading. */
  show: (kind: string, args: StepArgs = {}, looks: Looks = {}): Step => make('show', kind, args, looks),
};
