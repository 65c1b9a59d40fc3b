import { strings } from '../../words/pages.ts';
import { gateXml } from '../xml/gate.ts';
import type { XmlElement } from '../xml/tree.ts';
import { type Check, fail } from './checks.ts';

const BASE64_BYTES = 400 * 1024;
const XML_BYTES = 256 * 1024;

/** What a SAML message may be: far above any real one, far below what hurts. */
export const RESPONSE_LIMITS = { depth: 40, elements: 5_000, attributes: 64, comments: false };

export type DecodedResponse = { ok: true; xml: string; root: XmlElement } | { ok: false; check: Check };

const words = strings.checks.format;
const VENDOR = strings.checks.plainResponses;

/**
 * Decodes the form field of the HTTP-POST binding (SAML bindings 3.5.4) and gates the bytes, before anything
 * looks at what they mean.
 * @param samlResponse the field as received
 * @returns text and tree, or the failed check
 */
export function decodeResponse(samlResponse: string): DecodedResponse {
  const refuse = (code: string, detail: string, fix: string): DecodedResponse => ({
    ok: false,
    check: fail('format', code, detail, fix),
  });
  if (samlResponse.length > BASE64_BYTES) {
    return refuse('too-large', words.larger('400 KB'), words.fewer);
  }
  const base64 = samlResponse.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    return refuse('not-base64', words.notBase64, words.between);
  }
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > XML_BYTES) {
    return refuse('too-large', words.larger('256 KiB'), words.fewer);
  }
  const xml = utf8(bytes);
  if (xml === undefined) return refuse('encoding', words.notUtf8, VENDOR);
  const gated = gateXml(xml, RESPONSE_LIMITS);
  if (!gated.ok) return refuse(`xml-${gated.problem}`, words.xml[gated.problem], VENDOR);
  return { ok: true, xml, root: gated.root };
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
