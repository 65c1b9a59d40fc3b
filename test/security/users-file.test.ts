import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readUsersFile } from '../../src/users-file/read.ts';
import { csvLine } from '../../src/words/csv.ts';

const cell = fc.string({ unit: fc.constantFrom(...'aé",;\t\r\n=+-@\'\u0000\u200b <>&'), maxLength: 40 });

it('any bytes are read as a table, or refused in a short sentence, in no time', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }),
    fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 20 }).map((rows) => Buffer.from(rows.join('\n'))),
    fc.array(fc.array(cell, { maxLength: 4 })).map((rows) => {
      const lines = rows.map((row) => row.map((c) => `"${c.replaceAll('"', '""')}"`).join(','));
      return Buffer.from(`email,first name,last name\n${lines.join('\n')}`);
    }),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (file) => {
      const started = performance.now();
      const read = await readUsersFile(file);
      expect(performance.now() - started).toBeLessThan(1000);
      if (read.ok) {
        for (const row of read.rows) expect(row.line).toBeGreaterThan(0);
      } else expect(read.words).toMatch(/^[^\p{Cc}]{10,300}\.$/u);
    }),
    { numRuns: 300 },
  );
});

it('what people wrote stays a cell of the exported file, and no formula', () => {
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 6 }), (values) => {
      const line = csvLine(values);
      const cells = parse(line);
      expect(cells).toHaveLength(values.length);
      for (const written of cells) expect(written).not.toMatch(/^[=+\-@\t\r]/);
    }),
    { numRuns: 500 },
  );
});

/** Reads one line of RFC 4180, so that the file is not judged by the code that wrote it. */
function parse(line: string): string[] {
  const cells: string[] = [];
  const text = line.replace(/\r\n$/, '');
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let value = '';
      for (at += 1; !(text[at] === '"' && text[at + 1] !== '"'); at += 1) {
        if (at > text.length) throw new Error(`a cell does not end: ${JSON.stringify(line)}`);
        if (text[at] === '"') at += 1;
        value += text[at];
      }
      cells.push(value);
      at += 1;
    } else {
      const end = text.indexOf(',', at) < 0 ? text.length : text.indexOf(',', at);
      cells.push(text.slice(at, end));
      at = end;
    }
    if (at >= text.length) return cells;
    if (text[at] !== ',') throw new Error(`not a comma after a cell: ${JSON.stringify(line)}`);
    at += 1;
    if (at === text.length) return [...cells, ''];
  }
}
