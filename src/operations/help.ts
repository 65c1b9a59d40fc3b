import { distance } from 'fastest-levenshtein';
import { plainWords } from '../identity/words.ts';
import type { Document, Part } from '../words/document.ts';
import { commandLine } from './common/command-line.ts';
import { step } from './common/steps.ts';
import { type Operation, type Reading, type Right, reading } from './operation.ts';

/** Help, made of the list of operations, so that none can be left out. */
export const help = reading({
  kind: 'help',
  command: { verb: 'help', args: '[command]', summary: 'Help' },
  subject: 'none',
  right: 'member',
  title: 'Help',
  async show(_facts, _lists, { words }) {
    // Only now: the list holds this file's reading itself.
    const { operations } = await import('./index.ts');
    const verb = plainWords(words ?? '')
      .toLowerCase()
      .replace(/^\/?sso\s+/, '')
      .replace(/^[-/"'`]+|[."'`,:;!?]+$/g, '');
    const one = verb === '' ? undefined : operations.find(({ command }) => command?.verb === verb);
    return one ? helpOn(one) : helpOnAll(verb, operations);
  },
});

/** What all commands do, in the order of the list; with a verb that is none of them the nearest is named. */
function helpOnAll(verb: string, operations: readonly (Operation | Reading)[]): Document {
  const commands = operations.flatMap(({ command }) => command ?? []);
  const [near] = commands
    .filter((command) => command.verb !== '')
    .map((command) => ({ command, far: distance(verb.slice(0, 40), command.verb) }))
    .sort((a, b) => a.far - b.far);
  const parts: Part[] = [];
  if (verb !== '')
    parts.push({
      type: 'text',
      words: [
        'There is no command ',
        { code: verb.slice(0, 40) },
        near && near.far <= 2 ? `. Did you mean /sso ${near.command.verb}?` : '. These are there:',
      ],
    });
  parts.push(
    { type: 'heading', text: 'Drawbridge: single sign-on, run from Slack' },
    {
      type: 'list',
      items: commands.map((command) => ({
        words: [{ code: commandLine(command) }, ` ${command.summary}`],
      })),
    },
    {
      type: 'note',
      words: 'In <angle brackets>: a name to give, asked for when left out. In [square brackets]: optional.',
    },
    { type: 'steps', steps: [step.show('overview')] },
  );
  return { text: `Commands: ${commands.map((command) => commandLine(command)).join(', ')}`, parts };
}

const WHO: Record<Right, string> = {
  member: 'Everyone in the workspace but guests.',
  adminOrApprover: 'Admins and approvers of the team.',
  admin: 'Admins of the team.',
  slackAdmin: 'Slack admins and owners.',
};

function helpOn(one: Operation | Reading): Document {
  const { command, title, right } = one;
  if (!command) throw new Error(`${one.kind} has no command`);
  const rows: [string, string][] = [['Who may', WHO[right]]];
  if (one.type === 'operation' && one.fields.length > 0)
    rows.push(['Asks for', one.fields.map(({ label }) => label).join(', ')]);
  if (one.type === 'operation' && one.approval !== null)
    rows.push([
      'Approval',
      typeof one.approval === 'number'
        ? `By default ${one.approval === 1 ? 'one other person approves' : `${one.approval} other people approve`} it.`
        : 'Depends on what is changed.',
    ]);
  return {
    text: `${commandLine(command)}: ${command.summary}`,
    parts: [
      { type: 'heading', text: title },
      { type: 'text', words: [{ code: commandLine(command) }, ` ${command.summary}.`] },
      { type: 'fields', rows },
      { type: 'steps', steps: [step.show('help', {}, { label: 'All commands' })] },
    ],
  };
}
