import { z } from 'zod';
import { type Checked, checkRows, type UserRow } from '../users-file/check.ts';
import { MOST_BYTES } from '../users-file/limits.ts';
import { readUsersFile } from '../users-file/read.ts';
import { say } from '../words/document.ts';
import { domainOperation } from './common/domain-operation.ts';
import { id } from './common/inputs.ts';
import { domainOf } from './common/lookup.ts';
import { state } from './common/requirements.ts';
import { step } from './common/steps.ts';
import type { Refusal, UploadedFile } from './operation.ts';

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
    const checked = await checkRows(read.rows, domainOf(facts).name);
    if (!checked.ok) return { ok: false, refusal: badRows(checked, read.rows.length, domain) };
    return { ok: true, ready: { domain, users: checked.users } };
  },
  requires: [],
  approval: null,
  act: (facts, { users }) => `Import ${users.length.toLocaleString('en')} users into ${domainOf(facts).name}`,
  runs: 'import',
  effects: () => [],
  done: (facts) => say(`The users of ${domainOf(facts).name} were imported.`),
});

/** Nobody was imported, and which rows are to be corrected. */
function badRows({ bad, problems }: Checked & { ok: false }, rows: number, domain: string): Refusal {
  const more = bad - problems.length;
  return {
    code: 'bad-rows',
    text: `Nobody was imported, because ${count(bad)} of ${count(rows)} ${rows === 1 ? 'row' : 'rows'} cannot be used: correct the file and upload it again.`,
    parts: [
      {
        type: 'list',
        items: problems.map(({ line, words }) => ({ words: `Line ${count(line)}: ${words}` })),
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
    steps: [step.open('user.import', { domain })],
  };
}

function count(n: number): string {
  return n.toLocaleString('en');
}
