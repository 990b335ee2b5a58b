/**
 * A card in the slot of a reader that does what readers do, and what they should not do.
 *
 * @see docs/specs.md, "vpcd"
 * @module
 */

import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReaderCard } from '../../src/apdu/connection.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat, equals } from '../../src/bytes/octets.ts';
import { createUicc } from '../../src/card/uicc.ts';
import { insertCard, type VpcdEvent, type VpcdSlot } from '../../src/transport/vpcd.ts';
import { encodeVpcdFrame, VpcdFrameReader } from '../../src/transport/vpcd-frames.ts';
import { PIN1, SELECT_USIM, select } from '../card/support/test-card.ts';
import { collect } from '../cli/support/program.ts';
import { ROOT } from '../support/source.ts';
import { FakeReader, HOST, type Link, Mailbox, unusedPort } from './support/fake-reader.ts';

const [OFF, ON, RESET, ATR] = ['00', '01', '02', '04'];
const STATUS = '80F2000C00';
const READ_IMSI = '00B0000009';
const IMSI = /^08.{16}9000$/u;
const NOT_ALLOWED = '6982';

const readers: FakeReader[] = [];
const slots: VpcdSlot[] = [];

afterEach(async () => {
  for (const slot of slots.splice(0)) slot.close();
  for (const reader of readers.splice(0)) await reader.stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function listen(port?: number): Promise<FakeReader> {
  const reader = await FakeReader.listen(port);
  readers.push(reader);
  return reader;
}

/** Puts a card in; gives what its slot tells. */
function insert(card: ReaderCard, port: number): Mailbox<VpcdEvent> {
  const events = new Mailbox<VpcdEvent>();
  slots.push(insertCard(card, { host: HOST, port, onEvent: events.put }));
  return events;
}

/** A card that tells what is done to it, and answers each APDU with the number of its octets. */
class Spy implements ReaderCard {
  readonly atr = fromHex('3B9F9680');
  readonly heard = new Mailbox<string>();

  powerOff(): void {
    this.heard.put('off');
  }

  reset(): Uint8Array {
    this.heard.put('reset');
    return this.atr;
  }

  transmit(command: Uint8Array): Uint8Array {
    this.heard.put(toHex(command.subarray(0, 4)));
    return Uint8Array.of(command.length >> 8, command.length & 0xff);
  }
}

interface Inserted {
  readonly reader: FakeReader;
  readonly link: Link;
  readonly events: Mailbox<VpcdEvent>;
}

async function inserted(card: ReaderCard): Promise<Inserted> {
  const reader = await listen();
  const events = insert(card, reader.port);
  const link = await reader.card();
  expect(await events.next()).toEqual({ kind: 'inserted' });
  return { reader, link, events };
}

/** A card that is on, with EF_IMSI selected and PIN1 verified. */
async function withPin(): Promise<Inserted & { readonly card: ReturnType<typeof createUicc> }> {
  const card = createUicc();
  const all = await inserted(card);
  all.link.send(ON!);
  for (const command of [SELECT_USIM, select('7FFF6F07'), PIN1]) {
    expect(await all.link.ask(command)).toBe('9000');
  }
  return { ...all, card };
}

describe('the ATR that a reader asks for again and again', () => {
  it('leaves card state, selected EF and verified PIN as they are', async () => {
    const { card, link } = await withPin();
    const { root } = card;
    for (let n = 0; n < 50; n++) expect(await link.ask(ATR!)).toBe(toHex(card.atr));
    expect(card.root).toBe(root);
    expect(await link.ask(READ_IMSI)).toMatch(IMSI);
  });

  it('comes before power-on, and switches nothing on', async () => {
    const card = createUicc();
    const { link } = await inserted(card);
    for (let n = 0; n < 3; n++) expect(await link.ask(ATR!)).toBe(toHex(card.atr));
    expect(await link.ask(STATUS)).toBe('6f00');
  });

  it('comes after power-off, and switches nothing on', async () => {
    const { card, link } = await withPin();
    link.send(OFF!);
    for (let n = 0; n < 3; n++) expect(await link.ask(ATR!)).toBe(toHex(card.atr));
    expect(await link.ask(READ_IMSI)).toBe('6f00');
  });

  it('does nothing to the card at all', async () => {
    const spy = new Spy();
    const { link } = await inserted(spy);
    expect(await link.ask(ATR!)).toBe('3b9f9680');
    expect(spy.heard.rest()).toEqual([]);
  });
});

describe('a control octet', () => {
  it.each([
    ['power-on', ON],
    ['reset', RESET],
  ])('%s of a card that is on is a reset: PIN and EF are lost', async (_name, control) => {
    const { link } = await withPin();
    link.send(control!);
    expect(await link.ask(STATUS)).toBe('9000');
    expect(await link.ask(READ_IMSI)).toBe('6986');
    expect(await link.ask(SELECT_USIM)).toBe('9000');
    expect(await link.ask(select('7FFF6F07'))).toBe('9000');
    expect(await link.ask(READ_IMSI)).toBe(NOT_ALLOWED);
  });

  it('reset of a card that is off switches it on', async () => {
    const { link } = await inserted(createUicc());
    link.send(OFF!);
    link.send(OFF!);
    link.send(RESET!);
    expect(await link.ask(STATUS)).toBe('9000');
  });

  it('is not answered, in whatever order they come', async () => {
    const spy = new Spy();
    const { link } = await inserted(spy);
    for (const control of [OFF, RESET, ON, ON, OFF, OFF, ON]) link.send(control!);
    expect(await link.ask('00A40000')).toBe('0004');
    const controls = ['off', 'reset', 'reset', 'reset', 'off', 'off', 'reset'];
    expect(spy.heard.rest()).toEqual([...controls, '00a40000']);
    expect(link.payloads.rest()).toEqual([]);
  });

  it.each(['03', '05', '7F', '80', 'FF'])('%s that nobody knows is told once', async (hex) => {
    const spy = new Spy();
    const { link, events } = await inserted(spy);
    link.send(hex);
    expect(await link.ask(ATR!)).toBe('3b9f9680');
    expect(events.rest()).toEqual([{ kind: 'unknown-frame', octet: Number.parseInt(hex, 16) }]);
    expect(spy.heard.rest()).toEqual([]);
  });
});

describe('an APDU', () => {
  it.each([STATUS, SELECT_USIM, '00A4', '000102'])('%s before power-on is 6F00', async (hex) => {
    const { link } = await inserted(createUicc());
    expect(await link.ask(hex)).toBe('6f00');
  });

  it.each(['00A4', 'FFFFFF', '00A40004023F'])('%s that is none is refused', async (hex) => {
    const { link } = await inserted(createUicc());
    link.send(ON!);
    expect(await link.ask(hex)).toMatch(/^6[7DE]00$/iu);
    expect(await link.ask(STATUS)).toBe('9000');
  });

  it('of no octets is not answered, and told', async () => {
    const spy = new Spy();
    const { link, events } = await inserted(spy);
    link.send('');
    expect(await link.ask(ATR!)).toBe('3b9f9680');
    expect(events.rest()).toEqual([{ kind: 'unknown-frame', octet: undefined }]);
    expect(spy.heard.rest()).toEqual([]);
  });

  it('of 65535 octets reaches the card whole', async () => {
    const { link } = await inserted(new Spy());
    expect(await link.ask('5A'.repeat(0xffff))).toBe('ffff');
  });

  it('of 65535 octets is refused by a UICC, which goes on', async () => {
    const { link } = await inserted(createUicc());
    link.send(ON!);
    expect(await link.ask(`00D60000${'5A'.repeat(0xffff - 4)}`)).toBe('6700');
    expect(await link.ask(STATUS)).toBe('9000');
  });

  it('may come octet by octet, and many at once', async () => {
    const { link } = await inserted(new Spy());
    for (const octet of ['00', '05', '80', 'F2', '00', '0C', '00', '00']) link.sendOctets(octet);
    link.sendOctets('0104 000400A40004');
    const answers = [await link.payloads.next(), await link.payloads.next()];
    expect([...answers, await link.payloads.next()]).toEqual(['0005', '3b9f9680', '0004']);
  });
});

describe('a frame to the reader', () => {
  it('is one write, and arrives as one', async () => {
    const { link } = await withPin();
    const written = vi.spyOn(Socket.prototype, 'write');
    const before = link.chunks.length;
    const answers: string[] = [];
    for (const hex of [STATUS, ATR!, READ_IMSI, '00B0000000']) answers.push(await link.ask(hex));
    const frames = answers.map((hex) => toHex(encodeVpcdFrame(fromHex(hex))));
    const { remotePort } = link.socket;
    const sockets = written.mock.contexts as Socket[];
    const byCard = written.mock.calls.filter((_, n) => sockets[n]?.localPort === remotePort);
    expect(byCard.map(([octets]) => toHex(octets as Uint8Array))).toEqual(frames);
    expect(link.chunks.slice(before)).toEqual(frames);
  });
});

describe('a reader that goes', () => {
  it.each([
    ['in the middle of a length', '00'],
    ['behind a length', '0005'],
    ['in the middle of an APDU', '000580F200'],
    ['in the middle of the longest frame', `FFFF${'00'.repeat(0x4000)}`],
  ])('%s: the card loses power and forgets the half', async (_name, half) => {
    const { reader, link, events } = await withPin();
    link.sendOctets(half);
    link.socket.destroySoon();
    expect(await events.next()).toEqual({ kind: 'waiting', reason: 'the reader has gone' });
    const again = await reader.card();
    expect(await events.next()).toEqual({ kind: 'inserted' });
    expect(await again.ask(READ_IMSI)).toBe('6f00');
    again.send(ON!);
    expect(await again.ask(READ_IMSI)).toBe('6986');
  });

  it('while the card works on an APDU: the answer is for nobody', async () => {
    const spy = new Spy();
    const { reader, link, events } = await inserted(spy);
    vi.spyOn(spy, 'transmit').mockImplementationOnce(() => {
      link.socket.destroy();
      return fromHex('9000');
    });
    link.send(STATUS);
    expect(await events.next()).toMatchObject({ kind: 'waiting' });
    expect(await spy.heard.next()).toBe('off');
    expect(await (await reader.card()).ask(STATUS)).toBe('0005');
  });

  it('by a reset of the connection: the reason is told', async () => {
    const { reader, link, events } = await withPin();
    link.socket.resetAndDestroy();
    expect(await events.next()).toEqual({ kind: 'waiting', reason: 'ECONNRESET' });
    expect(await (await reader.card()).ask(STATUS)).toBe('6f00');
  });

  it('twice in the same way is told twice', async () => {
    const { reader, link, events } = await inserted(new Spy());
    await link.ask(ATR!);
    link.socket.destroySoon();
    const again = await reader.card();
    await again.ask(ATR!);
    again.socket.destroySoon();
    const told = [await events.next(), await events.next(), await events.next()];
    expect(told.map(({ kind }) => kind)).toEqual(['waiting', 'inserted', 'waiting']);
  });

  it('and comes back five times has the card each time, without power', async () => {
    const spy = new Spy();
    const { reader, link, events } = await inserted(spy);
    await link.ask(ATR!);
    await reader.stop();
    for (let n = 0; n < 5; n++) {
      expect(await events.next()).toMatchObject({ kind: 'waiting' });
      expect(await spy.heard.next()).toBe('off');
      const back = await listen(reader.port);
      const link = await back.card();
      // It may have looked for the reader while there was none.
      for (let event = await events.next(); event.kind !== 'inserted'; ) {
        expect(event).toEqual({ kind: 'waiting', reason: 'ECONNREFUSED' });
        event = await events.next();
      }
      spy.heard.rest();
      expect(await link.ask(ATR!)).toBe('3b9f9680');
      expect(spy.heard.rest()).toEqual([]);
      await back.stop();
    }
  });
});

describe('something that is no reader', () => {
  it('and closes at once is told once, until it speaks as a reader does', async () => {
    const { reader, link, events } = await inserted(new Spy());
    link.socket.destroySoon();
    expect(await events.next()).toMatchObject({ kind: 'waiting' });
    for (let n = 0; n < 3; n++) (await reader.card()).socket.destroySoon();
    expect(await (await reader.card()).ask(ATR!)).toBe('3b9f9680');
    expect(events.rest()).toEqual([{ kind: 'inserted' }]);
  });

  it('and sends without end is told once, and left', async () => {
    const spy = new Spy();
    const { reader, link, events } = await inserted(spy);
    link.socket.on('error', () => undefined);
    link.socket.write(new Uint8Array(100_000));
    expect(await events.next()).toEqual({ kind: 'unknown-frame', octet: undefined });
    expect(await events.next()).toMatchObject({ kind: 'waiting' });
    await reader.card();
    expect(events.rest()).toEqual([]);
    expect(spy.heard.rest()).toEqual(['off']);
  });
});

describe('a reader that is not there', () => {
  it('is waited for, which is told once, and gets the card when it comes', async () => {
    const spy = new Spy();
    const port = await unusedPort();
    const events = insert(spy, port);
    expect(await events.next()).toEqual({ kind: 'waiting', reason: 'ECONNREFUSED' });
    // Each time that nobody answers, the card is without power.
    for (let n = 0; n < 3; n++) expect(await spy.heard.next()).toBe('off');
    expect(events.rest()).toEqual([]);
    const link = await (await listen(port)).card();
    expect(await events.next()).toEqual({ kind: 'inserted' });
    expect(await link.ask(STATUS)).toBe('0005');
  });
});

describe('a reader that does not read', () => {
  const REQUESTS = 20_000;
  const ANSWER = new Uint8Array(2000).fill(0xa5);
  /** Frames that lie in one piece of what arrives; their answers may have to be kept. */
  const IN_A_CHUNK = 0x4000 / 7 + 1;

  /** The card's socket, when it has no room for more. */
  function fullSocket({ socket: { remotePort } }: Link): Promise<Socket> {
    return new Promise((resolve) => {
      const write = Socket.prototype.write as (...args: unknown[]) => boolean;
      vi.spyOn(Socket.prototype, 'write').mockImplementation(function (this: Socket, ...args) {
        const hasRoom = write.apply(this, args);
        if (!hasRoom && this.localPort === remotePort) resolve(this);
        return hasRoom;
      });
    });
  }

  /** Sends a great many APDUs, takes no answer, and waits until the card's socket is full. */
  async function flood({ link }: Inserted): Promise<Socket> {
    const full = fullSocket(link);
    link.socket.pause();
    const request = encodeVpcdFrame(fromHex(STATUS));
    link.socket.write(concat(...Array.from({ length: REQUESTS }, () => request)));
    return await full;
  }

  /** Reads all answers; gives how many were right. */
  function answersRight({ socket }: Link): Promise<number> {
    const frames = new VpcdFrameReader();
    let count = 0;
    let right = 0;
    return new Promise((resolve) => {
      socket.removeAllListeners('data').on('data', (chunk: Buffer) => {
        frames.push(chunk, (payload) => {
          right += Number(equals(payload, ANSWER));
          if (++count === REQUESTS) resolve(right);
        });
      });
    });
  }

  it('is not answered without end, and gets all answers when it reads again', async () => {
    const spy = new Spy();
    const transmit = vi.spyOn(spy, 'transmit').mockReturnValue(ANSWER);
    const slot = await inserted(spy);
    const other = await inserted(new Spy());
    const socket = await flood(slot);
    // Meanwhile another card is there for its reader.
    for (let n = 0; n < 100; n++) expect(await other.link.ask(STATUS)).toBe('0005');
    expect(transmit.mock.calls.length).toBeLessThan(REQUESTS);
    expect(socket.writableLength).toBeLessThan(IN_A_CHUNK * (ANSWER.length + 2));
    const right = answersRight(slot.link);
    slot.link.socket.resume();
    expect(await right).toBe(REQUESTS);
    expect(transmit).toHaveBeenCalledTimes(REQUESTS);
  });

  it('and goes then is a reader that has gone', async () => {
    const spy = new Spy();
    vi.spyOn(spy, 'transmit').mockReturnValue(ANSWER);
    const slot = await inserted(spy);
    await flood(slot);
    slot.link.socket.resetAndDestroy();
    expect(await slot.events.next()).toMatchObject({ kind: 'waiting' });
    expect(await (await slot.reader.card()).ask(ATR!)).toBe('3b9f9680');
  });
});

describe('a card that is taken out', () => {
  it('goes, has no power, and does not come back', async () => {
    const spy = new Spy();
    const { reader, link, events } = await inserted(spy);
    slots[0]!.close();
    await link.gone();
    expect(spy.heard.rest()).toEqual(['off']);
    expect(events.rest()).toEqual([]);
    // Another card is the next that the reader sees.
    const next = insert(new Spy(), reader.port);
    await reader.card();
    expect(await next.next()).toEqual({ kind: 'inserted' });
    expect(events.rest()).toEqual([]);
  });

  it('may be taken out twice', async () => {
    const spy = new Spy();
    const { link } = await inserted(spy);
    slots[0]!.close();
    slots[0]!.close();
    await link.gone();
    expect(new Set(spy.heard.rest())).toEqual(new Set(['off']));
  });

  it('by one who hears of a frame does not see the next frame', async () => {
    const spy = new Spy();
    const reader = await listen();
    const slot = insertCard(spy, {
      host: HOST,
      port: reader.port,
      onEvent: ({ kind }) => {
        if (kind === 'unknown-frame') slot.close();
      },
    });
    const link = await reader.card();
    link.sendOctets('000103 000101 000580F2000C00');
    await link.gone();
    expect(spy.heard.rest()).toEqual(['off']);
    expect(link.payloads.rest()).toEqual([]);
  });

  it.each([
    ['by one who hears that it waits', true],
    ['while it waits', false],
  ])('%s does not look for the reader again', async (_name, isAtOnce) => {
    const port = await unusedPort();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await new Promise<void>((resolve) => {
      const slot = insertCard(new Spy(), {
        host: HOST,
        port,
        onEvent: () => {
          if (isAtOnce) slot.close();
          else slots.push(slot);
          resolve();
        },
      });
    });
    expect(vi.getTimerCount()).toBe(isAtOnce ? 0 : 1);
    slots[0]?.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  const PROGRAM = `
    import { createUicc } from './src/card/uicc.ts';
    import { insertCard } from './src/transport/vpcd.ts';
    const slot = insertCard(createUicc(), {
      host: '${HOST}',
      port: Number(process.argv[1]),
      onEvent: ({ kind }) => {
        console.log(kind);
        slot.close();
      },
    });`;
  const run = (port: number) => {
    const args = ['--import', 'tsx', '--input-type=module', '-e', PROGRAM, String(port)];
    return collect(process.execPath, args, { cwd: ROOT });
  };

  it('while it waits leaves nothing open: the process ends', async () => {
    const outcome = await run(await unusedPort());
    expect(outcome).toEqual({ code: 0, stdout: 'waiting\n', stderr: '' });
  });

  it('while it is in leaves nothing open: the process ends', async () => {
    const { port } = await listen();
    expect(await run(port)).toEqual({ code: 0, stdout: 'inserted\n', stderr: '' });
  });
});

describe('two slots', () => {
  let first: Awaited<ReturnType<typeof withPin>>;
  let second: Awaited<ReturnType<typeof withPin>>;

  beforeEach(async () => {
    [first, second] = [await withPin(), await withPin()];
  });

  it('do not mix what comes in pieces', async () => {
    const [a, b] = [first.link, second.link];
    a.sendOctets('000500B0');
    b.sendOctets('000580F2');
    b.sendOctets('000C00');
    expect(await b.payloads.next()).toBe('9000');
    a.sendOctets('000009');
    expect(await a.payloads.next()).toMatch(IMSI);
  });

  it('have power of their own', async () => {
    first.link.send(OFF!);
    expect(await first.link.ask(READ_IMSI)).toBe('6f00');
    expect(await second.link.ask(READ_IMSI)).toMatch(IMSI);
  });

  it('lose readers of their own', async () => {
    await first.reader.stop();
    expect(await first.events.next()).toMatchObject({ kind: 'waiting' });
    expect(await second.link.ask(READ_IMSI)).toMatch(IMSI);
    expect(second.events.rest()).toEqual([]);
  });

  it('answer at the same time, each its own reader', async () => {
    second.link.send(RESET!);
    const ask = async ({ link }: Inserted): Promise<string[]> => {
      const answers = Array.from({ length: 50 }, () => link.ask(READ_IMSI));
      return [...new Set(await Promise.all(answers))];
    };
    const [a, b] = await Promise.all([ask(first), ask(second)]);
    expect(a).toEqual([expect.stringMatching(IMSI)]);
    expect(b).toEqual(['6986']);
  });
});
