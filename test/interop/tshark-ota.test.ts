import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exchange, traced } from '../../src/apdu/connection.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import { createUicc } from '../../src/card/uicc.ts';
import { decodeEnvelope, decodeSmsPpDownload } from '../../src/cat/envelope.ts';
import { decodeProactiveCommand, TAG } from '../../src/cat/proactive-command.ts';
import { deliver, powerOn } from '../../src/scenario/ota-kit/terminal.ts';
import { findTlv } from '../../src/tlv/comprehension.ts';
import { partsFor, vectorProfile } from '../card/support/vector-card.ts';
import { CASES, type Case, SEQUENCES } from '../ota/support/public-vectors.ts';
import { dissect, isMarked, MARKS, TPDU_LINK, writeCapture, writeTpdus } from './support/tshark.ts';

const FETCH = 0x12;
const ENVELOPE = 0xc2;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vuicc-tshark-ota-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function tpduOf(envelope: string): Uint8Array {
  return decodeSmsPpDownload(decodeEnvelope(fromHex(envelope).subarray(5))).tpdu;
}

/** What goes over the interface when a card gets a case and its ME can send short messages. */
function exchangesOf(of: Case): Exchange[] {
  const exchanges: Exchange[] = [];
  const card = traced(createUicc(vectorProfile(partsFor(of))), (exchange) => {
    exchanges.push(exchange);
  });
  powerOn(card);
  deliver(card, of.envelopeApdus.map(tpduOf));
  return exchanges;
}

function isOf(exchange: Exchange, ins: number): boolean {
  return exchange.kind === 'apdu' && exchange.command[1] === ins;
}

describe('Wireshark, which reads the public OTA vectors from a capture,', () => {
  const sent = CASES.flatMap((of) =>
    of.envelopeApdus.map((envelope): Exchange => {
      return { kind: 'apdu', command: fromHex(envelope), response: fromHex('9000') };
    }),
  );
  const steps = SEQUENCES.flatMap(({ steps }) =>
    steps.map(({ envelopeApdu }): Exchange => {
      return { kind: 'apdu', command: fromHex(envelopeApdu), response: fromHex('9000') };
    }),
  );
  const fetched = CASES.flatMap(({ response }) => response.sendShortMessage ?? []).map(
    fromHexFetch,
  );

  it('finds in no ENVELOPE of theirs anything malformed', async () => {
    const file = await writeCapture(join(folder, 'sent.pcapng'), [...sent, ...steps]);
    const packets = await dissect(file, ['gsm_sim.apdu.ins', 'gsm_sms.tp-pid', ...MARKS]);
    expect(packets).toHaveLength(sent.length + steps.length);
    expect(packets.filter(isMarked)).toEqual([]);
    expect(new Set(packets.map((packet) => packet['gsm_sms.tp-pid']))).toEqual(new Set(['127']));
  });

  it('finds in no SEND SHORT MESSAGE of theirs anything malformed', async () => {
    const file = await writeCapture(join(folder, 'fetched.pcapng'), fetched);
    const fields = ['etsi_cat.comp_tlv.cmd_type', 'gsm_sms.tp-mti', ...MARKS];
    const packets = await dissect(file, fields);
    expect(packets).toHaveLength(fetched.length);
    expect(packets.filter(isMarked)).toEqual([]);
    const types = new Set(packets.map((packet) => packet['etsi_cat.comp_tlv.cmd_type']));
    expect(types).toEqual(new Set(['0x13']));
  });

  it('finds in what this card and its ME say to them nothing malformed', async () => {
    const exchanges = CASES.flatMap(exchangesOf).filter(
      (exchange) => isOf(exchange, ENVELOPE) || isOf(exchange, FETCH),
    );
    const file = await writeCapture(join(folder, 'ours.pcapng'), exchanges);
    const fields = ['gsm_sim.apdu.ins', 'etsi_cat.comp_tlv.cmd_type', ...MARKS];
    const packets = await dissect(file, fields);
    expect(packets.filter(isMarked)).toEqual([]);
    const commands = packets.filter((packet) => packet['etsi_cat.comp_tlv.cmd_type'] === '0x13');
    expect(commands).toHaveLength(fetched.length);
  });

  it('takes what this card has sent for SMS-SUBMIT with a response packet, or a part', async () => {
    const submits = CASES.flatMap(exchangesOf).flatMap((exchange) => {
      if (exchange.kind !== 'apdu' || exchange.command[1] !== FETCH) return [];
      const { objects } = decodeProactiveCommand(exchange.response.slice(0, -2));
      return [findTlv(objects, TAG.smsTpdu) ?? new Uint8Array(0)];
    });
    const tpdus = submits.map((octets) => ({ isFromMe: true, octets }));
    const file = await writeTpdus(join(folder, 'submit.pcap'), tpdus);
    const fields = ['gsm_sms.tp-mti', 'gsm_sms.tp-pid', 'gsm_sms.ie_identifier', ...MARKS];
    const packets = await dissect(file, fields, TPDU_LINK);
    expect(packets.filter(isMarked)).toEqual([]);
    const elements = packets.map((packet) => packet['gsm_sms.ie_identifier']);
    expect(new Set(elements)).toEqual(new Set(['0x71', '0x00,0x71', '0x00']));
    expect(packets).toHaveLength(fetched.length);
  });

  it('marks one that is cut short, so that the tests above can fail', async () => {
    const [first] = fetched;
    if (first?.kind !== 'apdu') throw new Error('a command was fetched');
    const octets = first.response.slice(0, -2);
    const response = concat(octets.slice(0, 30), fromHex('9000'));
    const command = fromHex(`80120000${toHex(Uint8Array.of(30))}`);
    const file = await writeCapture(join(folder, 'cut.pcapng'), [
      { kind: 'apdu', command, response },
    ]);
    expect((await dissect(file, MARKS)).filter(isMarked)).toHaveLength(1);
  });
});

/** A FETCH that has brought a proactive command. */
function fromHexFetch(command: string): Exchange {
  const octets = fromHex(command);
  return {
    kind: 'apdu',
    command: Uint8Array.of(0x80, FETCH, 0, 0, octets.length % 256),
    response: concat(octets, fromHex('9000')),
  };
}
