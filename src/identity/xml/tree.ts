/** An element as read: enough to find things by namespace and local name, and no more. */
export interface XmlElement {
  local: string;
  uri: string;
  attributes: XmlAttribute[];
  children: XmlElement[];
  /** The character data directly inside, joined. */
  text: string;
}

export interface XmlAttribute {
  local: string;
  uri: string;
  value: string;
}

/** Namespaces of SAML 2.0 and XML Signature. */
export const NS = {
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  metadataUi: 'urn:oasis:names:tc:SAML:metadata:ui',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
} as const;

/**
 * @param element where to look
 * @param uri the namespace
 * @param local the local name
 * @returns the children with that name, in order
 */
export function childrenNamed(element: XmlElement, uri: string, local: string): XmlElement[] {
  return element.children.filter((child) => child.local === local && child.uri === uri);
}

/**
 * @param element where to begin
 * @param uri the namespace
 * @param local the local name
 * @returns the element itself and everything below it with that name, in document order
 */
export function allNamed(element: XmlElement, uri: string, local: string): XmlElement[] {
  const here = element.local === local && element.uri === uri ? [element] : [];
  return [...here, ...element.children.flatMap((child) => allNamed(child, uri, local))];
}

/**
 * @param element whose attribute
 * @param local its name; without a namespace, as all of SAML's are
 * @returns its value, or undefined when it is not there
 */
export function attribute(element: XmlElement, local: string): string | undefined {
  return element.attributes.find((one) => one.local === local && one.uri === '')?.value;
}
