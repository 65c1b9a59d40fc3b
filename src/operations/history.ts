import type { AuditRow } from '../service/lists/lists.ts';
import type { ListItem, Part, Piece } from '../words/document.ts';
import { teamOf } from './common/lookup.ts';
import { nameMeant } from './common/name-meant.ts';
import { pageParts } from './common/pages.ts';
import { reading } from './operation.ts';

/** The audit trail, the newest first; with a name only what was done to it. `export` is the service's own way. */
export const history = reading({
  kind: 'history',
  command: {
    verb: 'history',
    args: '[name] [export]',
    summary: 'The audit trail; export gives it as a CSV file',
  },
  subject: 'text',
  right: 'adminOrApprover',
  title: 'History',
  async show(facts, lists, { after, words }) {
    const team = teamOf(facts);
    const asked = facts.domain?.name ?? facts.connection?.name ?? nameMeant(facts, words);
    const { rows, next, name } = await lists.history(team.id, asked, after);
    const about = name === null ? `History of ${team.name}` : `History of ${name}`;
    if (rows.length === 0) {
      const none = after ? 'No earlier entries.' : `${about}: no entries.`;
      return { text: none, parts: [{ type: 'text', words: none }] };
    }
    const parts: Part[] = [
      { type: 'heading', text: about },
      { type: 'list', items: rows.map(entryItem) },
      // A button holds no name to begin anew with; the position to go on from does.
      ...pageParts(
        'history',
        { team: team.id },
        { after: name === null ? after : undefined, next },
        { on: 'Earlier', back: 'Newest' },
      ),
    ];
    if (!next) parts.push({ type: 'note', words: 'This is the beginning of the trail.' });
    if (!after)
      parts.push({ type: 'note', words: '/sso history export gives it as a CSV file, to you alone.' });
    return {
      text: `${about}: ${rows.map(({ detail, kind }) => detail.act ?? kind).join('; ')}`,
      parts,
    };
  },
});

/** Entries by people name them; those by the service itself (a deadline, a job) say so in plain words. */
function entryItem({ at, actor, outcome, kind, subjectName, detail }: AuditRow): ListItem {
  const who: Piece = /^[UW][A-Z0-9]+$/.test(actor) ? { person: actor } : actor;
  return {
    words: [
      { time: at },
      ' · ',
      who,
      ` · ${detail.act ?? `${kind} ${subjectName}`} · ${outcome}`,
      ...(detail.reason ? [` · Reason: ${detail.reason}`] : []),
      ...(detail.note ? [` · ${detail.note}`] : []),
    ],
  };
}
