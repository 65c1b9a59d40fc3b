/** What bytes can be read as: each text in them, and each byte string that a text encodes. */
export interface Layers {
  texts: string[];
  binaries: Buffer[];
}

/** What may still be decoded. */
interface Budget {
  bytes: number;
}

/** A PEM file inside base64 inside UTF-16 has three layers; real files were seen with that many. */
const MAX_DEPTH = 3;
/** All layers together; made-up nests of base64 end here, real files stay far below. */
const MAX_DECODED_BYTES = 512 * 1024;

/**
 * Peels bytes: as UTF-8 and as UTF-16 in both orders, and what base64 in any of these texts decodes to, again
 * and again. A secret hidden in one layer shows in the result.
 * @param bytes what was uploaded or pasted
 * @returns all texts and byte strings found
 */
export function peel(bytes: Uint8Array): Layers {
  const layers: Layers = { texts: [], binaries: [] };
  peelInto(layers, Buffer.from(bytes), 0, { bytes: MAX_DECODED_BYTES });
  return layers;
}

function peelInto(layers: Layers, bytes: Buffer, depth: number, budget: Budget): void {
  layers.binaries.push(bytes);
  const texts = [bytes.toString('latin1'), ...(bytes.includes(0) ? [utf16(bytes, 0), utf16(bytes, 1)] : [])];
  layers.texts.push(...texts);
  if (depth >= MAX_DEPTH) return;
  for (const text of texts) {
    for (const inner of base64Runs(text, budget)) peelInto(layers, inner, depth + 1, budget);
  }
}

/** The ASCII that every second byte spells: UTF-16 in either order, whatever the alignment. */
function utf16(bytes: Buffer, offset: number): string {
  const halves = Buffer.alloc(Math.floor((bytes.length - offset) / 2));
  for (let i = 0; i < halves.length; i += 1) halves[i] = bytes[offset + i * 2] as number;
  return halves.toString('latin1');
}

/** One line of base64, of either alphabet. */
const LINE = /^[A-Za-z0-9+/_-]+={0,2}$/;
/** A line at which a run may begin in the middle: an ASN.1 SEQUENCE (`M`) or PEM (`LS0t`). */
const START = /^(?:M|LS0t)[A-Za-z0-9+/_-]{15,}={0,2}$/;
const SHORTEST_FIRST_LINE = 16;

/**
 * What lines of base64 decode to. Whatever is no base64 parts lines, a byte order mark too. A run begins where
 * base64 begins, and anew at each line that starts like something worth finding, since words before it can look
 * like base64 too.
 */
function base64Runs(text: string, budget: Budget): Buffer[] {
  const found: Buffer[] = [];
  const lines = text.split(/[^A-Za-z0-9+/_=-]+/);
  for (let i = 0; i < lines.length && budget.bytes > 0; i += 1) {
    const line = lines[i] ?? '';
    const first = i === 0 || !LINE.test(lines[i - 1] ?? '') || lines[i - 1]?.endsWith('=');
    if (!START.test(line) && !(first && line.length >= SHORTEST_FIRST_LINE && LINE.test(line))) continue;
    let end = i + 1;
    while (!lines[end - 1]?.endsWith('=') && LINE.test(lines[end] ?? '')) end += 1;
    const run = Buffer.from(lines.slice(i, end).join(''), 'base64');
    budget.bytes -= run.length;
    found.push(run);
  }
  return found;
}
