/** What bytes can be read as: each text in them, and each byte string that a text encodes. */
export interface Layers {
  texts: string[];
  binaries: Buffer[];
}

/** A PEM file inside base64 inside UTF-16 has three layers; real files were seen with that many. */
const MAX_DEPTH = 3;
const MAX_BINARIES = 200;

/**
 * Peels bytes: as UTF-8 and as UTF-16 in both orders, and what base64 in any of these texts decodes to, again
 * and again. A secret hidden in one layer shows in the result.
 * @param bytes what was uploaded or pasted
 * @returns all texts and byte strings found
 */
export function peel(bytes: Uint8Array): Layers {
  const layers: Layers = { texts: [], binaries: [] };
  peelInto(layers, Buffer.from(bytes), 0);
  return layers;
}

function peelInto(layers: Layers, bytes: Buffer, depth: number): void {
  if (layers.binaries.length >= MAX_BINARIES) return;
  layers.binaries.push(bytes);
  const texts = [bytes.toString('latin1'), ...(bytes.includes(0) ? [utf16(bytes, 0), utf16(bytes, 1)] : [])];
  layers.texts.push(...texts);
  if (depth >= MAX_DEPTH) return;
  for (const text of texts) {
    for (const inner of base64Runs(text)) peelInto(layers, inner, depth + 1);
  }
}

/** The ASCII that every second byte spells: UTF-16 in either order, whatever the alignment. */
function utf16(bytes: Buffer, offset: number): string {
  const halves = Buffer.alloc(Math.floor((bytes.length - offset) / 2));
  for (let i = 0; i < halves.length; i += 1) halves[i] = bytes[offset + i * 2] as number;
  return halves.toString('latin1');
}

/**
 * What lines of base64 decode to. A run begins anew at each line that starts like an ASN.1 SEQUENCE (`M`) or
 * like PEM (`LS0t`), since words before it can look like base64 too.
 */
function base64Runs(text: string): Buffer[] {
  const found: Buffer[] = [];
  const lines = text.split(/[\s"'<>,;:]+/);
  for (let i = 0; i < lines.length && found.length < MAX_BINARIES; i += 1) {
    const line = lines[i] as string;
    if (!/^(?:M|LS0t)[A-Za-z0-9+/_-]{15,}={0,2}$/.test(line)) continue;
    let run = line;
    for (
      let next = i + 1;
      !run.endsWith('=') && /^[A-Za-z0-9+/_-]+={0,2}$/.test(lines[next] ?? '');
      next += 1
    ) {
      run += lines[next];
    }
    found.push(Buffer.from(run, 'base64'));
  }
  return found;
}
