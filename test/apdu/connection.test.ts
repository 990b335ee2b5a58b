/**
 * Connections to a card, and the wrappers that watch or break them.
 *
 * @see ISO/IEC 7816-3 §8, §12.1
 * @module
 */

import { describe, expect, it } from 'vitest';
import {
  ConnectionLost,
  connect,
  type Exchange,
  type Fault,
  faulty,
  type SynchronousCard,
  traced,
} from '../../src/apdu/connection.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';

const ATR = '3b00';

/** Answers a command with itself and '9000', and remembers what reached it. */
function echo(): { card: SynchronousCard; reached: string[] } {
  const reached: string[] = [];
  const card: SynchronousCard = {
    reset() {
      reached.push('reset');
      return fromHex(ATR);
    },
    transmit(command) {
      reached.push(toHex(command));
      return fromHex(`${toHex(command)}9000`);
    },
  };
  return { card, reached };
}

function lost(exchange: () => unknown): string {
  try {
    exchange();
  } catch (error) {
    if (error instanceof ConnectionLost) return `${error.name}: ${error.message}`;
    throw error;
  }
  throw new Error('nothing was lost');
}

describe('a connection to a card in the same process', () => {
  it('gives what the card gives', async () => {
    const { card, reached } = echo();
    const connection = connect(card);
    expect(toHex(await connection.reset())).toBe(ATR);
    expect(toHex(await connection.transmit(fromHex('80f2000c')))).toBe('80f2000c9000');
    expect(reached).toEqual(['reset', '80f2000c']);
  });

  it('rejects when the card throws, and does not throw itself', async () => {
    const broken = faulty(echo().card, () => 'command-lost');
    await expect(connect(broken).reset()).rejects.toThrow(ConnectionLost);
    await expect(connect(broken).transmit(fromHex('80f2000c'))).rejects.toThrow(ConnectionLost);
  });
});

describe('a traced card', () => {
  const shown = (exchange: Exchange): string =>
    exchange.kind === 'reset'
      ? `reset ${toHex(exchange.atr)}`
      : `${toHex(exchange.command)} ${toHex(exchange.response)}`;

  it('reports every exchange in order, and answers as before', () => {
    const seen: string[] = [];
    const card = traced(echo().card, (exchange) => seen.push(shown(exchange)));
    expect(toHex(card.reset())).toBe(ATR);
    expect(toHex(card.transmit(fromHex('80f2000c')))).toBe('80f2000c9000');
    card.transmit(fromHex('00b0000000'));
    expect(seen).toEqual(['reset 3b00', '80f2000c 80f2000c9000', '00b0000000 00b00000009000']);
  });

  it('gives the observer copies: neither can spoil what the other has', () => {
    const seen: Exchange[] = [];
    const card = traced(echo().card, (exchange) => seen.push(exchange));
    const command = fromHex('80f2000c');
    const response = card.transmit(command);
    const atr = card.reset();
    command.fill(0);
    response.fill(0);
    atr.fill(0);
    expect(seen.map(shown)).toEqual(['80f2000c 80f2000c9000', 'reset 3b00']);
    for (const exchange of seen) {
      if (exchange.kind === 'apdu') exchange.response.fill(0xff);
    }
    expect(toHex(card.transmit(fromHex('80f2000c')))).toBe('80f2000c9000');
  });

  it('does not report an exchange that the card did not answer', () => {
    const seen: Exchange[] = [];
    const broken = faulty(echo().card, () => 'response-lost');
    const card = traced(broken, (exchange) => seen.push(exchange));
    expect(lost(() => card.reset())).toBe('ConnectionLost: exchange 0: the response was lost');
    expect(lost(() => card.transmit(fromHex('80f2000c')))).toContain('exchange 1');
    expect(seen).toEqual([]);
  });
});

describe('a faulty link', () => {
  const plan =
    (...faults: Fault[]): ((index: number) => Fault) =>
    (index) =>
      faults[index] ?? 'none';

  it('changes nothing where the plan has no fault', () => {
    const { card, reached } = echo();
    const link = faulty(card, plan());
    expect(toHex(link.reset())).toBe(ATR);
    expect(toHex(link.transmit(fromHex('80f2000c')))).toBe('80f2000c9000');
    expect(reached).toEqual(['reset', '80f2000c']);
  });

  it('loses a command before the card sees it', () => {
    const { card, reached } = echo();
    const link = faulty(card, plan('none', 'command-lost'));
    link.reset();
    expect(lost(() => link.transmit(fromHex('80f2000c')))).toBe(
      'ConnectionLost: exchange 1: the command was lost',
    );
    expect(reached).toEqual(['reset']);
  });

  it('loses a response after the card has acted', () => {
    const { card, reached } = echo();
    const link = faulty(card, plan('response-lost'));
    expect(lost(() => link.transmit(fromHex('80f2000c')))).toBe(
      'ConnectionLost: exchange 0: the response was lost',
    );
    expect(reached).toEqual(['80f2000c']);
  });

  it('loses a reset in either way', () => {
    const { card, reached } = echo();
    const link = faulty(card, plan('command-lost', 'response-lost'));
    expect(lost(() => link.reset())).toContain('exchange 0: the command was lost');
    expect(lost(() => link.reset())).toContain('exchange 1: the response was lost');
    expect(reached).toEqual(['reset']);
  });

  it('goes on behind a fault, and counts commands and resets alike', () => {
    const asked: number[] = [];
    const link = faulty(echo().card, (index) => {
      asked.push(index);
      return index === 1 ? 'command-lost' : 'none';
    });
    link.reset();
    expect(() => link.transmit(fromHex('80f2000c'))).toThrow(ConnectionLost);
    expect(toHex(link.transmit(fromHex('80f2000c')))).toBe('80f2000c9000');
    link.reset();
    expect(asked).toEqual([0, 1, 2, 3]);
  });
});
