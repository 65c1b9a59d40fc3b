/** Secrets at rest and in cookies. All of it hangs on one key of 32 bytes. */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { chmod, link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The form of what is sealed: AES-256-GCM, nonce + tag + text. Another form will have another prefix. */
const VERSION = 'v1.';

/** A sealed text cannot be opened: another key, another purpose, or changed bytes. It says nothing of the text. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/**
 * @param text a key of 32 bytes: 64 hex digits, or base64 (either alphabet, padding or not)
 * @returns the key, or undefined when it is not one
 */
export function decodeKey(text: string): Buffer | undefined {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return Buffer.from(text, 'base64');
  return undefined;
}

/** What the key is good for. Each purpose has a key of its own, derived by HKDF (RFC 5869). */
export interface Secrets {
  /**
   * Encrypts a text for the database.
   * @param text what to hide
   * @param purpose what it is and whose (`slack-token:T123`); it opens only under the same purpose, so that a row
   *   copied to another place opens nothing
   * @returns printable text
   */
  seal(text: string, purpose: string): string;
  /** @throws SealBroken unless it was sealed with this key and purpose */
  open(sealed: string, purpose: string): string;
  /**
   * Signs a value for a cookie or a link; the value stays readable.
   * @returns `value.signature`
   */
  sign(value: string, purpose: string): string;
  /** @returns the value, or undefined when the signature is not ours; takes the same time for any wrong one */
  verify(signed: string, purpose: string): string | undefined;
}

/**
 * @param key 32 bytes
 * @returns what can be done with it
 * @throws RangeError for a key of another length
 */
export function secrets(key: Buffer): Secrets {
  if (key.length !== KEY_BYTES) throw new RangeError('the key must have 32 bytes');
  const derive = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', key, '', `drawbridge/${use}`, KEY_BYTES));
  const sealing = derive('seal');
  const signing = derive('sign');
  const mac = (value: string, purpose: string): string =>
    createHmac('sha256', signing).update(`${purpose.length}:${purpose}${value}`).digest('base64url');

  return {
    seal(text, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce).setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return VERSION + Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(sealed, purpose) {
      const bytes = sealed.startsWith(VERSION)
        ? Buffer.from(sealed.slice(VERSION.length), 'base64url')
        : undefined;
      if (!bytes || bytes.length < NONCE_BYTES + TAG_BYTES) throw new SealBroken('This is no sealed text');
      const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([body, decipher.final()]).toString('utf8');
      } catch {
        throw new SealBroken(
          'The sealed text does not open: ENCRYPTION_KEY is another one, or the text was changed',
        );
      }
    },
    sign: (value, purpose) => `${value}.${mac(value, purpose)}`,
    verify(signed, purpose) {
      const dot = signed.lastIndexOf('.');
      if (dot < 0) return undefined;
      const value = signed.slice(0, dot);
      const expected = Buffer.from(mac(value, purpose));
      const given = Buffer.from(signed.slice(dot + 1));
      return expected.length === given.length && timingSafeEqual(expected, given) ? value : undefined;
    },
  };
}

/** The key file is not usable. The message says which and what to do. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
}

/**
 * Reads the key from `encryption.key` in the data folder, and makes it at the first start.
 * @param dataDir the value of DATA_DIR
 * @returns the key
 * @throws KeyFileError when others may read the file or it holds no key
 */
export async function keyFromFile(dataDir: string): Promise<Buffer> {
  const path = join(dataDir, 'encryption.key');
  const text = await readOrMake(path).catch((error: NodeJS.ErrnoException) => {
    throw new KeyFileError(
      `${path} cannot be read or made (${error.code}): let this user write to its folder`,
    );
  });
  const { mode } = await stat(path);
  if (mode & 0o077) {
    throw new KeyFileError(`Others may read ${path}: run "chmod 600 ${path}", and renew the key if they did`);
  }
  const key = decodeKey(text.trim());
  if (!key) {
    throw new KeyFileError(
      `${path} holds no key of 32 bytes: put the right file back, or move it away together with the database`,
    );
  }
  return key;
}

async function readOrMake(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true });
    return makeKeyFile(path);
  }
}

/** Written beside its place and linked there whole: of two at once one wins, and a kill leaves no half a key. */
async function makeKeyFile(path: string): Promise<string> {
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(KEY_BYTES).toString('hex')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(unfinished, 0o600);
  await link(unfinished, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await unlink(unfinished);
  return readFile(path, 'utf8');
}
