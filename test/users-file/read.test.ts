import { describe, expect, it } from 'vitest';
import { checkRows } from '../../src/users-file/check.ts';
import { MOST_ROWS } from '../../src/users-file/limits.ts';
import { readUsersFile } from '../../src/users-file/read.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function rowsOf(text: string | Uint8Array): Promise<string[][]> {
  const read = await readUsersFile(typeof text === 'string' ? bytes(text) : text);
  if (!read.ok) throw new Error(read.words);
  return read.rows.map(({ email, firstName, lastName }) => [email, firstName, lastName]);
}

async function refusalOf(text: string | Uint8Array): Promise<string> {
  const read = await readUsersFile(typeof text === 'string' ? bytes(text) : text);
  return read.ok ? 'read' : read.words;
}

const ANNA = ['anna@acme.com', 'Anna', 'Lind'];

function utf16(text: string, bigEndian: boolean): Uint8Array {
  const little = Buffer.from(`\ufeff${text}`, 'utf16le');
  return bigEndian ? little.swap16() : little;
}

describe('a table of users', () => {
  it.each([
    ['commas, no header', 'anna@acme.com,Anna,Lind\n'],
    ['semicolons and CRLF', 'email;first name;last name\r\nanna@acme.com;Anna;Lind\r\n'],
    ['tabs', 'E-mail\tFirst\tLast\nanna@acme.com\tAnna\tLind'],
    ['a byte order mark', '\ufeffEmail,First Name,Last Name\nanna@acme.com,Anna,Lind\n'],
    [
      'columns in another order, and others among them',
      'Surname,Id,Given name,Mail\nLind,7,Anna,anna@acme.com\n',
    ],
    ['the address last and no header', 'Anna,Lind,anna@acme.com\n'],
    ['quotes, and spaces around values', '"anna@acme.com" ,"Anna","Lind"\n'.replace('" ,', '",')],
    ['a line that names the delimiter', 'sep=;\r\nanna@acme.com;Anna;Lind\r\n'],
    [
      'empty lines and rows of delimiters only',
      '\n\nemail,first name,last name\n\nanna@acme.com,Anna,Lind\n,,\n\n',
    ],
  ])('is read with %s', async (_, text) => {
    expect(await rowsOf(text)).toEqual([ANNA]);
  });

  it.each([true, false])('is read in UTF-16 as spreadsheets save it (big endian: %s)', async (big) => {
    expect(await rowsOf(utf16('email\tfirst name\tlast name\nanna@acme.com\tÅsa\tLind\n', big))).toEqual([
      ['anna@acme.com', 'Åsa', 'Lind'],
    ]);
    const unmarked = utf16('anna@acme.com\tAnna\tLind\n', big).slice(2);
    expect(await rowsOf(unmarked)).toEqual([ANNA]);
  });

  it('keeps delimiters and line ends within quotes, and says the line of the file', async () => {
    const read = await readUsersFile(
      bytes('sep=,\nanna@acme.com,"An\nna","Lind, ""B."""\nbo@acme.com,Bo,Ek\n'),
    );
    expect(read).toEqual({
      ok: true,
      rows: [
        { line: expect.any(Number), email: 'anna@acme.com', firstName: 'An\nna', lastName: 'Lind, "B."' },
        { line: 4, email: 'bo@acme.com', firstName: 'Bo', lastName: 'Ek' },
      ],
    });
  });

  it('is refused with clear words when its letters cannot be read for sure', async () => {
    expect(await refusalOf(Buffer.from('anna@acme.com,Bj\xf6rn,Lind\n', 'latin1'))).toMatch(/CSV UTF-8/);
  });

  it.each([
    ['', /no users/],
    ['email,first name,last name\n', /no users/],
    ['email,name\nanna@acme.com,Anna Lind\n', /first name, last name/],
    ['anna@acme.com\nbo@acme.com\n', /three in each row/],
    ['anna@acme.com,"Anna,Lind\nbo@acme.com,Bo,Ek\n', /not closed/],
    ['anna@acme.com,An"na,Lind\n', /quotation mark/],
  ])('is refused when it is %j', async (text, words) => {
    expect(await refusalOf(text)).toMatch(words);
  });

  it('takes 100,000 rows and no more, and lets other work go on meanwhile', async () => {
    const lines = Array.from({ length: MOST_ROWS }, (_, i) => `user${i}@acme.com,First,Last`);
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    const read = await readUsersFile(bytes(lines.join('\n')));
    clearInterval(timer);
    expect(read.ok && read.rows.length).toBe(MOST_ROWS);
    expect(turns).toBeGreaterThan(5);
    expect(await refusalOf(`${lines.join('\n')}\nlast@acme.com,One,More`)).toMatch(/more than 100,000 rows/);
    expect(await refusalOf(new Uint8Array(10 * 1024 * 1024 + 1))).toMatch(/10 MB/);
  });
});

describe('the rows of a table', () => {
  const row = (line: number, email: string, firstName = 'Anna', lastName = 'Lind') => ({
    line,
    email,
    firstName,
    lastName,
  });

  it('become users when every one is right', async () => {
    expect(await checkRows([row(1, 'Anna.L@ACME.com'), row(2, 'bo@acme.com')], 'acme.com')).toEqual({
      ok: true,
      users: [
        { email: 'anna.l@acme.com', firstName: 'Anna', lastName: 'Lind' },
        { email: 'bo@acme.com', firstName: 'Anna', lastName: 'Lind' },
      ],
    });
  });

  it.each([
    [row(2, 'anna.acme.com'), /no @/],
    [row(2, ''), /No e-mail address/],
    [row(2, 'anna@sub.acme.com'), /not an address of acme\.com/],
    [row(2, 'anna@acme.com.evil.com'), /not an address of acme\.com/],
    [row(2, 'ANNA@acme.com'), /in line 1 already/],
    [row(2, 'bo@acme.com', ''), /first name is missing/],
    [row(2, 'bo@acme.com', 'Bo', ''), /last name is missing/],
    [row(2, 'bo@acme.com', 'x'.repeat(101)), /longer than 100/],
    [row(2, 'bo@acme.com', 'Bo\u202eevil'), /cannot be seen/],
    [row(2, 'bo@acme.com', 'Bo\u0000'), /cannot be seen/],
  ])('are all refused for one bad row: %j', async (bad, words) => {
    const checked = await checkRows([row(1, 'anna@acme.com'), bad], 'acme.com');
    expect(checked).toEqual({
      ok: false,
      problems: [{ row: bad, words: expect.stringMatching(words) }],
    });
  });

  it('tell every problem, in the order of the file', async () => {
    const checked = await checkRows(
      Array.from({ length: 50 }, (_, i) => row(i + 1, 'nobody')),
      'acme.com',
    );
    expect(checked.ok).toBe(false);
    if (checked.ok) return;
    expect(checked.problems.map(({ row }) => row.line)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });
});
