import { type SignXmlOptions, signXml } from '../../identity/xml/sign.ts';

/** Local names of what can be signed: the signature goes right behind the Issuer, as the schema wants it. */
export type Signable = 'Response' | 'Assertion';

/**
 * Signs an element of a SAML response.
 * @param xml the message
 * @param local which element
 * @param options key, certificate and algorithms
 * @returns the message with the signature in it
 */
export function signElement(
  xml: string,
  local: Signable,
  options: Omit<SignXmlOptions, 'xpath' | 'place'>,
): string {
  const xpath = `//*[local-name(.)='${local}']`;
  return signXml(xml, {
    ...options,
    xpath,
    place: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' },
  });
}
