export type Decoded = { ok: true; text: string } | { ok: false };

/**
 * Decodes an XML file: by its byte order mark, by the zero bytes of unmarked UTF-16 (XML 1.0 appendix F), else
 * as UTF-8. Bytes that do not fit are refused rather than replaced, for a replaced entity ID is another one.
 * White space and comments in front of the XML declaration, which editors and samples put there, are dropped.
 * @param bytes the file
 * @returns its text without the mark
 */
export function decodeXml(bytes: Uint8Array): Decoded {
  const [first, second] = bytes;
  const bigEndian = (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c);
  const littleEndian = (first === 0xff && second === 0xfe) || (first === 0x3c && second === 0);
  const encoding = bigEndian ? 'utf-16be' : littleEndian ? 'utf-16le' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return { ok: true, text: text.replace(/^(?:\s|<!--[^>]*-->)+(?=<\?xml\s)/, '') };
  } catch (error) {
    if (error instanceof TypeError) return { ok: false };
    throw error;
  }
}
