/**
 * Takes the message out of the form of the HTTP-POST binding (SAML bindings 3.5.4). The form may hold a megabyte,
 * which takes longer to decode than the event loop may be kept, so this is for the thread that judges.
 * @param body the form as received, percent-encoded
 * @returns the field `SAMLResponse`; empty when there is none
 */
export function responseIn(body: Uint8Array): string {
  return (
    new URLSearchParams(Buffer.from(body.buffer, body.byteOffset, body.length).toString()).get(
      'SAMLResponse',
    ) ?? ''
  );
}
