/**
 * A card in the slot of a reader that gives no answer, or gives it late.
 *
 * @see docs/specs.md, "vpcd"; docs/faults.md
 * @module
 */

import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionLost } from '../../src/apdu/connection.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import { insertCard, type VpcdSlot } from '../../src/transport/vpcd.ts';
import { encodeVpcdFrame } from '../../src/transport/vpcd-frames.ts';
import { FakeReader, HOST, type Link, Mailbox } from './support/fake-reader.ts';

const [OFF, ON, RESET, ATR] = ['00', '01', '02', '04'];
const FOR_EVER_MS = 600_000;

const readers: FakeReader[] = [];
const slots: VpcdSlot[] = [];

afterEach(async () => {
  for (const slot of slots.splice(0)) slot.close();
  for (const reader of readers.splice(0)) await reader.stop();
});

/** A card that answers each command with its P2, and how late that is: P1 in units. */
async function late(unitMs: number): Promise<{ link: Link; heard: Mailbox<string> }> {
  const heard = new Mailbox<string>();
  const atr = fromHex('3B9F9680');
  let lateMs = 0;
  const card = {
    atr,
    powerOff: () => heard.put('off'),
    reset() {
      heard.put('reset');
      return atr;
    },
    transmit(command: Uint8Array) {
      const [, ins, p1 = 0, p2 = 0] = command;
      heard.put(toHex(command));
      if (ins === 0xff) throw new ConnectionLost('mute');
      lateMs = p1 * unitMs;
      return Uint8Array.of(0x90, p2);
    },
  };
  const reader = await FakeReader.listen();
  readers.push(reader);
  slots.push(insertCard(card, { host: HOST, port: reader.port, lateMs: () => lateMs }));
  return { link: await reader.card(), heard };
}

describe('a card that fails', () => {
  it('sends no frame for an answer that is missing, and goes on', async () => {
    const { link } = await late(1);
    link.send('00FF0001');
    expect(await link.ask('00F20002')).toBe('9002');
    link.send('00FF0003');
    expect(await link.ask(ATR!)).toBe('3b9f9680');
    expect(link.payloads.rest()).toEqual([]);
  });

  it('sends a late answer before what was asked behind it', async () => {
    const { link, heard } = await late(1);
    for (const command of ['00F20501', '00F20002', ATR!, '00F20103', '00F20004'])
      link.send(command);
    const answers = [1, 2, 3, 4, 5].map(() => link.payloads.next());
    expect(await Promise.all(answers)).toEqual(['9001', '9002', '3b9f9680', '9003', '9004']);
    expect(heard.rest()).toEqual(['00f20501', '00f20002', '00f20103', '00f20004']);
  });

  it.each([
    ['a reset', RESET!, 'reset'],
    ['power on', ON!, 'reset'],
    ['power off', OFF!, 'off'],
  ])('forgets at %s the late answer, and what waits behind it', async (_what, control, heard) => {
    const card = await late(FOR_EVER_MS);
    for (const payload of ['00F20101', '00F20002', ATR!, control]) card.link.send(payload);
    expect(await card.link.ask('00F20003')).toBe('9003');
    expect(card.heard.rest()).toEqual(['00f20101', heard, '00f20003']);
  });

  it('keeps what waits, whatever comes behind it', async () => {
    const { link, heard } = await late(100);
    const frames = ['00F20101', '00F20002'].map((payload) => encodeVpcdFrame(fromHex(payload)));
    link.sendOctets(toHex(concat(...frames)));
    expect(await heard.next()).toBe('00f20101');
    link.sendOctets(toHex(concat(...Array(4).fill(encodeVpcdFrame(fromHex('00F20003'))))));
    const answers = Array.from({ length: 6 }, () => link.payloads.next());
    expect(await Promise.all(answers)).toEqual(['9001', '9002', '9003', '9003', '9003', '9003']);
  });

  it('tells its ATR in time, however late the last answer was', async () => {
    const { link } = await late(FOR_EVER_MS);
    link.send('00F20101');
    link.send(RESET!);
    expect(await link.ask(ATR!)).toBe('3b9f9680');
  });

  it('leaves a reader that asks and asks and does not wait', async () => {
    const { link } = await late(FOR_EVER_MS);
    for (let n = 0; n < 110; n++) link.send('00F20101');
    await link.gone();
    expect(link.payloads.rest()).toEqual([]);
  });
});
