import type { ConnectionFact, Facts, Impact } from '../../service/facts/facts.ts';
import type { FactsRequirement } from '../common/requirements.ts';
import { type Operation, operation, type Prepared, type Tools } from '../operation.ts';
import { theConnection } from './subject.ts';

/** What a change of one connection declares; the rest follows from its being one. */
type ConnectionOperation<Input, Ready> = Omit<
  Operation<Input, Ready>,
  'type' | 'subject' | 'about' | 'right' | 'before' | 'prepare' | 'impact'
> & {
  before?: FactsRequirement[];
  prepare: (connection: ConnectionFact, input: Input, facts: Facts, tools: Tools) => Promise<Prepared<Ready>>;
  impact?: (connection: ConnectionFact, ready: Ready) => Impact;
};

/**
 * Declares a change of one connection: by the admins of its team, what must hold before checked again with the rest.
 * @param value what is particular about it
 */
export function connectionOperation<Input, Ready>(
  value: ConnectionOperation<Input, Ready>,
): Operation<Input, Ready> {
  const { before = [], impact } = value;
  return operation<Input, Ready>({
    ...value,
    subject: 'connection',
    right: 'admin',
    before,
    requires: [...before, ...value.requires],
    prepare: (facts, input, tools) => value.prepare(theConnection(facts), input, facts, tools),
    impact: impact && ((facts, ready) => impact(theConnection(facts), ready)),
    about: (facts) => ({ id: theConnection(facts).id, name: theConnection(facts).name }),
  });
}
