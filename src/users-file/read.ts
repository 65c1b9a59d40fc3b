import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { CsvError, parse } from 'csv-parse';
import { type Columns, columnsOf, isHeader } from './columns.ts';
import { decodeText } from './decode.ts';
import { MOST_BYTES, MOST_ROWS } from './limits.ts';

/** A row as it was written, with the line of the file it begins on. */
export interface WrittenRow {
  line: number;
  email: string;
  firstName: string;
  lastName: string;
}

export type UsersFile = { ok: true; rows: WrittenRow[] } | { ok: false; words: string };

/** Longer than any row that could be right: an address of 254 and two names of 100 characters, with room. */
const LONGEST_ROW = 20_000;
/** Text handed to the parser at once; between two pieces other work gets its turn. */
const PIECE = 65_536;

/**
 * Reads a table of users: e-mail, first name and last name, parted by commas, semicolons or tabs (RFC 4180 quoting).
 * With a header the columns may stand in any order and among others; without one the address may stand anywhere and
 * the first name before the last.
 * @param bytes the file
 * @returns its rows as written, not yet checked; or why it cannot be read as a table
 */
export async function readUsersFile(bytes: Uint8Array): Promise<UsersFile> {
  if (bytes.byteLength > MOST_BYTES)
    return refuse('The file is larger than 10 MB. Split it and import the parts.');
  const decoded = decodeText(bytes);
  if (!decoded.ok) return decoded;
  const { text, delimiter, skipped } = tableOf(decoded.text);
  const rows: WrittenRow[] = [];
  let columns: (Columns & { ok: true }) | undefined;
  try {
    for await (const { cells, line } of records(text, delimiter)) {
      if (columns === undefined) {
        const found = columnsOf(cells);
        if (!found.ok) return refuse(found.words);
        columns = found;
        if (isHeader(cells)) continue;
      }
      if (rows.length === MOST_ROWS) {
        return refuse(
          `The file has more than ${MOST_ROWS.toLocaleString('en')} rows. Split it and import the parts.`,
        );
      }
      const cell = (index: number): string => (cells[index] ?? '').trim();
      rows.push({
        line: line + skipped,
        email: cell(columns.email),
        firstName: cell(columns.firstName),
        lastName: cell(columns.lastName),
      });
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return refuse(tableProblem(error, skipped));
  }
  if (rows.length === 0) return refuse('The file has no users in it. Give it one row for each user.');
  return { ok: true, rows };
}

/** A first line `sep=;` is how spreadsheets are told the delimiter. */
function tableOf(text: string): { text: string; delimiter: string; skipped: number } {
  const told = /^sep=([,;\t])\r?\n/i.exec(text);
  if (told) return { text: text.slice(told[0].length), delimiter: told[1] as string, skipped: 1 };
  const firstLine = /^[\r\n]*([^\r\n]*)/.exec(text)?.[1]?.replace(/"[^"]*"/g, '') ?? '';
  const count = (delimiter: string): number => firstLine.split(delimiter).length;
  const delimiter = [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
  return { text, delimiter, skipped: 0 };
}

async function* records(text: string, delimiter: string): AsyncGenerator<{ cells: string[]; line: number }> {
  const parser = Readable.from(pieces(text)).compose(
    parse({
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      max_record_size: LONGEST_ROW,
    }),
  );
  for await (const { record, info } of parser as AsyncIterable<{
    record: string[];
    info: { lines: number };
  }>) {
    yield { cells: record, line: info.lines };
  }
}

async function* pieces(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += PIECE) {
    await setImmediate();
    yield text.slice(at, at + PIECE);
  }
}

function tableProblem(error: CsvError, skipped: number): string {
  const line = Number(error.lines) + skipped;
  const where = Number.isFinite(line) ? `near line ${line}` : 'somewhere';
  return error.code === 'CSV_MAX_RECORD_SIZE' || error.code === 'CSV_QUOTE_NOT_CLOSED'
    ? `A quotation mark is not closed ${where}, so the rows cannot be told apart. Correct it and upload the file again.`
    : `The file cannot be read as a table ${where}: a quotation mark stands where none may be. Correct it and upload the file again.`;
}

function refuse(words: string): UsersFile {
  return { ok: false, words };
}
