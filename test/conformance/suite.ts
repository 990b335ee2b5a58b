/**
 * Runs rows on a card of which it knows nothing but how to reset it and how to send it a command.
 *
 * @see ETSI TS 102 221 §7.3.1 (what a terminal does with '61XX' and '6CXX')
 * @module
 */

import { afterAll, describe, expect, it } from 'vitest';
import { decodeCommandApdu } from '../../src/apdu/command.ts';
import type { CardConnection } from '../../src/apdu/connection.ts';
import { encodeResponseApdu } from '../../src/apdu/response.ts';
import { exchangeT0 } from '../../src/apdu/t0.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import type { CardUnderTest } from './card-under-test.ts';
import type { Expected, Row, Step } from './row.ts';

async function follow(card: CardConnection, command: Uint8Array): Promise<Uint8Array> {
  const procedure = exchangeT0(decodeCommandApdu(command));
  let step = procedure.next();
  while (step.done !== true) step = procedure.next(await card.transmit(step.value));
  return encodeResponseApdu(step.value);
}

function answerOf(card: CardConnection, step: Step): Promise<Uint8Array> {
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
export async function differences(card: CardConnection, { steps }: Row): Promise<string[]> {
  await card.reset();
  const wrong: string[] = [];
  const answers = new Set<string>();
  for (const [n, step] of steps.entries()) {
    const found = toHex(await answerOf(card, step)).toUpperCase();
    const command = 'ask' in step ? step.ask : step.send;
    const place = `step ${n + 1}, ${command}`;
    if ('isNew' in step && answers.has(found)) {
      wrong.push(`${place}: expected another answer than before, found ${found}`);
    }
    answers.add(found);
    if (patternOf(step.expect).test(found)) continue;
    wrong.push(`${place}: expected ${step.expect}, found ${found}`);
  }
  return wrong;
}

/** Declares a test for each row that the card can run, and names the others. */
export async function conformanceSuite(
  card: CardUnderTest,
  title: string,
  rows: readonly Row[],
): Promise<void> {
  const run: (readonly [id: string, shows: string, row: Row])[] = [];
  const leftOut = new Map<string, string[]>();
  for (const row of rows) {
    const reason = await card.leavesOut(row);
    if (reason === undefined) run.push([row.id, row.shows, row]);
    else leftOut.set(reason, [...(leftOut.get(reason) ?? []), row.id]);
  }
  const without = [...leftOut].map(([reason, ids]) => `; ${ids.join(' ')} left out: ${reason}`);
  describe(`${title}, on ${card.name}${without.join('')}`, () => {
    afterAll(() => card.close());
    it.each(run)('%s: %s', async (_id, _shows, row) => {
      expect(await differences(await card.make(), row)).toEqual([]);
    });
  });
}
