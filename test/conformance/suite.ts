/**
 * Runs rows on a card of which it knows nothing but how to reset it and how to send it a command.
 *
 * @see ETSI TS 102 221 §7.3.1 (what a terminal does with '61XX' and '6CXX')
 * @module
 */

import { describe, expect, it } from 'vitest';
import { decodeCommandApdu } from '../../src/apdu/command.ts';
import type { SynchronousCard } from '../../src/apdu/connection.ts';
import { encodeResponseApdu } from '../../src/apdu/response.ts';
import { exchangeT0 } from '../../src/apdu/t0.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import type { CardUnderTest } from './card-under-test.ts';
import type { Expected, Row, Step } from './row.ts';

function follow(card: SynchronousCard, command: Uint8Array): Uint8Array {
  const procedure = exchangeT0(decodeCommandApdu(command));
  let step = procedure.next();
  while (step.done !== true) step = procedure.next(card.transmit(step.value));
  return encodeResponseApdu(step.value);
}

function answerOf(card: SynchronousCard, step: Step): Uint8Array {
  if ('ask' in step) return follow(card, fromHex(step.ask));
  return step.send === 'reset' ? card.reset() : card.transmit(fromHex(step.send));
}

/** An answer in the notation of rows is a regular expression but for '...'. */
function patternOf(expected: Expected): RegExp {
  const all = typeof expected === 'string' ? [expected] : expected;
  const choices = all.map((one) =>
    one.replace(/(?<!\.)\.{3}(?!\.)/gu, '(?:..)*').replaceAll(' ', ''),
  );
  return new RegExp(`^(?:${choices.join('|')})$`, 'u');
}

/** Tells which answers of a row are wrong. */
export function differences(card: SynchronousCard, { steps }: Row): string[] {
  card.reset();
  return steps.flatMap((step, n) => {
    const found = toHex(answerOf(card, step)).toUpperCase();
    if (patternOf(step.expect).test(found)) return [];
    const command = 'ask' in step ? step.ask : step.send;
    return [`step ${n + 1}, ${command}: expected ${step.expect}, found ${found}`];
  });
}

/** Declares a test for each row. */
export function conformanceSuite(card: CardUnderTest, title: string, rows: readonly Row[]): void {
  describe(`${title}, on ${card.name}`, () => {
    it.each(rows.map((row) => [row.id, row.shows, row] as const))('%s: %s', (_id, _shows, row) => {
      expect(differences(card.make(), row)).toEqual([]);
    });
  });
}
