import type { Facts } from '../../service/facts/facts.ts';
import type { Operation, Prepared, Tools } from '../operation.ts';
import { operation } from '../operation.ts';
import { domainOf } from './lookup.ts';
import type { FactsRequirement } from './requirements.ts';

/** What a change of one domain declares; the rest follows from its being one. */
type DomainOperation<Input, Ready> = Omit<
  Operation<Input, Ready>,
  'type' | 'subject' | 'asks' | 'about' | 'right' | 'before' | 'prepare'
> & {
  before?: FactsRequirement[];
  /** As in Operation, with the id of the domain put beside the input. */
  prepare?: (facts: Facts, input: Input & { domain: string }, tools: Tools) => Promise<Prepared<Ready>>;
};

/**
 * Declares a change of one domain: by the admins of its team, with what must hold before the modal opens looked at
 * again with the rest. Which domain is meant is settled before any of this is asked.
 * @param value what is particular about it
 */
export function domainOperation<Input, Ready = Input>(
  value: DomainOperation<Input, Ready>,
): Operation<Input, Ready> {
  const { prepare, before = [] } = value;
  return operation<Input, Ready>({
    ...value,
    subject: 'domain',
    right: 'admin',
    before,
    requires: [...before, ...value.requires],
    prepare:
      prepare && ((facts, input, tools) => prepare(facts, { ...input, domain: domainOf(facts).id }, tools)),
    about: (facts) => ({ id: domainOf(facts).id, name: domainOf(facts).name }),
  });
}
