import { z } from 'zod';
import { checkRows, type RowProblem, type UserRow } from '../users-file/check.ts';
import { MOST_BYTES } from '../users-file/limits.ts';
import { readUsersFile } from '../users-file/read.ts';
import { BYTE_ORDER_MARK, csvLine } from '../words/csv.ts';
import { say } from '../words/document.ts';
import { domainOperation } from './common/domain-operation.ts';
import { id } from './common/inputs.ts';
import { domainOf } from './common/lookup.ts';
import { state } from './common/requirements.ts';
import { step } from './common/steps.ts';
import type { FileToHand, Refusal, UploadedFile } from './operation.ts';

interface Input {
  domain?: string;
  file: UploadedFile[];
}

/** What the service imports; see `service/import-users.ts`. */
export interface ImportReady {
  domain: string;
  users: UserRow[];
}

const oneFile = z
  .array(z.object({ name: z.string(), bytes: z.instanceof(Uint8Array) }), { error: 'Choose a CSV file.' })
  .length(1, 'Choose one CSV file.')
  .refine(([file]) => (file?.bytes.byteLength ?? 0) <= MOST_BYTES, 'The file is larger than 10 MB.');

/** Takes the users of a CSV file into the team: all rows or none. */
export const importUsers = domainOperation<Input, ImportReady>({
  kind: 'user.import',
  command: { verb: 'import', args: '<domain>', summary: 'Import users from a CSV file' },
  title: 'Import users',
  submit: 'Import',
  fields: [
    {
      name: 'file',
      label: 'Users file',
      hint: 'CSV with email, first name and last name; up to 100,000 rows and 10 MB. All rows are imported or none.',
      type: 'files',
      extensions: ['csv', 'txt', 'tsv'],
      most: 1,
    },
  ],
  input: z.object({ domain: id.optional(), file: oneFile }),
  before: [state(['Verified', 'SSO off', 'SSO on'])],
  async prepare(facts, { domain, file }) {
    const read = await readUsersFile(file[0]?.bytes ?? new Uint8Array());
    if (!read.ok) return { ok: false, errors: { file: read.words } };
    const { name } = domainOf(facts);
    const checked = await checkRows(read.rows, name);
    if (!checked.ok)
      return { ok: false, refusal: badRows(checked.problems, read.rows.length, { id: domain, name }) };
    return { ok: true, ready: { domain, users: checked.users } };
  },
  requires: [],
  approval: null,
  act: (facts, { users }) => `Import ${users.length.toLocaleString('en')} users into ${domainOf(facts).name}`,
  runs: 'import',
  effects: () => [],
  done: (facts) => say(`The users of ${domainOf(facts).name} were imported.`),
});

/** Problems read in the dialog; all of them are in a file when there are more. */
const SHOWN = 20;

/** Nobody was imported, and which rows are to be corrected. */
function badRows(problems: RowProblem[], rows: number, domain: { id: string; name: string }): Refusal {
  const bad = problems.length;
  const more = bad - SHOWN;
  return {
    code: 'bad-rows',
    text: `Nobody was imported, because ${count(bad)} of ${count(rows)} ${rows === 1 ? 'row' : 'rows'} cannot be used: correct the file and upload it again.`,
    parts: [
      {
        type: 'list',
        items: problems
          .slice(0, SHOWN)
          .map(({ row, words }) => ({ words: `Line ${count(row.line)}: ${words}` })),
      },
      ...(more > 0
        ? [
            {
              type: 'note' as const,
              words: `And ${count(more)} more ${more === 1 ? 'row' : 'rows'} like these.`,
            },
          ]
        : []),
    ],
    ...(more > 0 && { file: problemsFile(problems, domain.name) }),
    steps: [step.open('user.import', { domain: domain.id })],
  };
}

/** All bad rows as they were written, each with what is wrong: to be corrected in a spreadsheet. */
function problemsFile(problems: RowProblem[], domain: string): FileToHand {
  const heading = csvLine(['Line', 'What is wrong', 'Email', 'First name', 'Last name']);
  const lines = problems.map(({ row, words }) =>
    csvLine([String(row.line), words, row.email, row.firstName, row.lastName]),
  );
  return {
    name: `bad-rows-${domain}.csv`,
    title: `Rows of ${domain} that cannot be imported`,
    holds: 'The full list of bad rows',
    text: `${BYTE_ORDER_MARK}${heading}${lines.join('')}`,
  };
}

function count(n: number): string {
  return n.toLocaleString('en');
}
