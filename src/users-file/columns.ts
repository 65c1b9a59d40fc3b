/** Which cell of a row holds what. */
export type Columns =
  | { ok: true; email: number; firstName: number; lastName: number }
  | { ok: false; words: string };

const HEADINGS = {
  email: /^(user|work|primary|login)?(e?mail|mailaddress|emailaddress|upn|userprincipalname|address)$/,
  firstName: /^(user)?(first|given|fore)(name)?s?$/,
  lastName: /^(user)?(last|family|sur)(name)?s?$/,
};

/**
 * @param cells the first row of a table
 * @returns whether it names the columns: no cell of it could be an address
 */
export function isHeader(cells: string[]): boolean {
  return !cells.some((cell) => cell.includes('@'));
}

/**
 * @param cells the first row of a table, a header or not
 * @returns where the three values stand, or what is missing
 */
export function columnsOf(cells: string[]): Columns {
  return isHeader(cells) ? byHeading(cells) : byPosition(cells);
}

function byHeading(cells: string[]): Columns {
  const headings = cells.map((cell) => cell.toLowerCase().replace(/[^a-z]/g, ''));
  const find = (pattern: RegExp): number => headings.findIndex((heading) => pattern.test(heading));
  const columns = {
    email: find(HEADINGS.email),
    firstName: find(HEADINGS.firstName),
    lastName: find(HEADINGS.lastName),
  };
  const missing = [
    columns.email < 0 && 'email',
    columns.firstName < 0 && 'first name',
    columns.lastName < 0 && 'last name',
  ].filter((name) => name !== false);
  if (missing.length === 0) return { ok: true, ...columns };
  return {
    ok: false,
    words: `The first row holds no address and names no column for ${missing.join(', ')}. Head the columns email, first name, last name, or leave the heading out.`,
  };
}

function byPosition(cells: string[]): Columns {
  const email = cells.findIndex((cell) => cell.includes('@'));
  const [firstName, lastName] = [0, 1, 2].filter((index) => index !== email);
  if (email > 2 || cells.length < 3 || firstName === undefined || lastName === undefined) {
    return {
      ok: false,
      words:
        'The first row does not hold an address, a first name and a last name. Put these three in each row, parted by commas.',
    };
  }
  return { ok: true, email, firstName, lastName };
}
