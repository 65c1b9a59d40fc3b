/** SAML metadata, in (an identity provider's) and out (ours). */

export { signOnUrl } from './metadata/entity.ts';
export { type FetchedMetadata, fetchMetadata } from './metadata/fetch.ts';
export { serviceProviderMetadata, signedServiceProviderMetadata } from './metadata/publish.ts';
export { chooseEntity, readMetadata } from './metadata/read.ts';
export type {
  EntityChoice,
  IdpMetadata,
  MetadataProblem,
  MetadataRefusal,
  ReadMetadata,
  SsoBinding,
} from './metadata/types.ts';
