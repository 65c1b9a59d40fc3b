import type { Facts } from '../../service/facts/facts.ts';
import type { Field, Operation, Prepared, Refusal, Tools } from '../operation.ts';
import { operation } from '../operation.ts';
import { domainOf } from './lookup.ts';
import type { FactsRequirement } from './requirements.ts';

/** The domain, when the command left it out: asked for in the modal. */
const domainField: Field = {
  name: 'domain',
  label: 'Domain',
  type: 'search',
  among: 'domains',
  when: (facts) => facts.domain === null,
};

type Named = { domain: string };

/** What a change of one domain declares; the rest follows from its being one. */
type DomainOperation<Input extends Partial<Named>, Ready extends Named> = Omit<
  Operation<Input, Ready>,
  'type' | 'subject' | 'asks' | 'about' | 'right' | 'before' | 'prepare'
> & {
  before?: FactsRequirement[];
  /** As in Operation, with the domain known to be there and `before` to hold. */
  prepare?: (facts: Facts, input: Input & Named, tools: Tools) => Promise<Prepared<Ready>>;
};

/**
 * Declares a change of one domain: by the admins of its team, its name asked for when it was left out, what must
 * hold before checked again with the rest.
 * @param value what is particular about it
 */
export function domainOperation<Input extends Partial<Named>, Ready extends Named = Input & Named>(
  value: DomainOperation<Input, Ready>,
): Operation<Input, Ready> {
  const before = value.before ?? [];
  return operation<Input, Ready>({
    ...value,
    subject: 'domain',
    right: 'admin',
    fields: value.immediate ? value.fields : [domainField, ...value.fields],
    asks: ({ domain }) => (domain ? { domainIds: [domain] } : {}),
    before,
    requires: [...before, ...value.requires],
    async prepare(facts, input, tools) {
      if (!facts.domain) return { ok: false, refusal: unnamed(value.command?.verb) };
      for (const requirement of before) {
        const refusal = requirement(facts);
        if (refusal) return { ok: false, refusal };
      }
      const named = { ...input, domain: facts.domain.id };
      if (value.prepare) return value.prepare(facts, named, tools);
      // Without a preparation of its own, Ready is by default the input with its domain.
      return { ok: true, ready: named as unknown as Ready };
    },
    about: (facts) => ({ id: domainOf(facts).id, name: domainOf(facts).name }),
  });
}

function unnamed(verb: string | undefined): Refusal {
  const example = verb ? `, like \`/sso ${verb} acme.com\`` : '';
  return { code: 'no-domain', text: `No domain of yours was named: write it after the command${example}.` };
}
