/** What came of reading bytes as text. */
export type Decoded = { ok: true; text: string } | { ok: false; words: string };

/**
 * Reads a file's bytes as text, strictly: a wrong guess would make wrong names.
 * @param bytes UTF-8, with a byte order mark or without, or UTF-16 as spreadsheets save "Unicode text"
 * @returns the text without its mark, or what to do about the file
 */
export function decodeText(bytes: Uint8Array): Decoded {
  const encoding = encodingOf(bytes);
  try {
    return { ok: true, text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return {
      ok: false,
      words:
        'The file is not in UTF-8, so its letters cannot be read for sure. Save it as “CSV UTF-8” and upload it again.',
    };
  }
}

/** By the byte order mark; without one, UTF-16 shows by the zero bytes that Latin letters have in it. */
function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (bytes.length >= 4 && first !== 0 && second === 0 && bytes[3] === 0) return 'utf-16le';
  if (bytes.length >= 4 && first === 0 && second !== 0 && bytes[2] === 0) return 'utf-16be';
  return 'utf-8';
}
