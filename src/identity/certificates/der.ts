/** One value in Distinguished Encoding Rules (X.690): its tag, where its content stands and where it ends. */
export interface DerValue {
  tag: number;
  start: number;
  end: number;
}

export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/**
 * Reads the head of one value.
 * @param bytes the encoding
 * @param at where the value begins
 * @returns tag and extent, or undefined when there is no whole value with a short tag and a definite length
 */
export function readDer(bytes: Uint8Array, at = 0): DerValue | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  let length = first;
  let start = at + 2;
  if (first > 0x7f) {
    const size = first & 0x7f;
    if (size === 0 || size > 4) return undefined;
    length = 0;
    for (let i = 0; i < size; i += 1) length = length * 256 + (bytes[start + i] ?? Number.NaN);
    start += size;
  }
  const end = start + length;
  return Number.isNaN(length) || end > bytes.length ? undefined : { tag, start, end };
}

/**
 * Reads the values that a constructed value holds.
 * @param bytes the encoding
 * @param parent the constructed value
 * @returns its children in order; fewer where the encoding is broken
 */
export function derChildren(bytes: Uint8Array, parent: DerValue): DerValue[] {
  const children: DerValue[] = [];
  for (let at = parent.start; at < parent.end; ) {
    const child = readDer(bytes, at);
    if (!child || child.end > parent.end) break;
    children.push(child);
    at = child.end;
  }
  return children;
}

/**
 * Reads an object identifier.
 * @param bytes the encoding
 * @param value a value with the tag of an OID
 * @returns the dotted form
 */
export function readOid(bytes: Uint8Array, value: DerValue): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of bytes.subarray(value.start, value.end)) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join('.');
}

/**
 * Writes one value.
 * @param tag the tag
 * @param parts the content, in pieces
 * @returns the encoding
 */
export function writeDer(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const size: number[] = [];
  for (let left = content.length; left > 0; left = Math.floor(left / 256)) size.unshift(left % 256);
  const head = content.length < 0x80 ? [tag, content.length] : [tag, 0x80 | size.length, ...size];
  return Buffer.concat([Buffer.from(head), content]);
}

/**
 * Writes an object identifier.
 * @param dotted for example `1.2.840.113549.1.1.11`
 * @returns the encoding
 */
export function writeOid(dotted: string): Buffer {
  const [root = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [root * 40 + second, ...rest].flatMap((arc) => {
    const septets = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      septets.unshift((left & 0x7f) | 0x80);
    }
    return septets;
  });
  return writeDer(TAG.oid, Buffer.from(bytes));
}
