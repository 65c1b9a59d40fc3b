import type { Step } from '../../words/document.ts';
import { step } from '../common/steps.ts';

/** @returns the buttons that lead a connection from its creation to its first sign-in */
export function connectionSteps(id: string): Step[] {
  return [
    step.show('connection.metadata', { connection: id }),
    step.do('connection.test', { connection: id }),
    step.open('domain.link', { connection: id }, { label: 'Link domains' }),
  ];
}
