import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/apdu/connection.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import { decodeEnvelope, decodeSmsPpDownload } from '../../src/cat/envelope.ts';
import { decodeSmsDeliver } from '../../src/ota/sms.ts';
import { runAlternative3b } from '../../src/scenario/alternative-3b.ts';
import {
  dissect,
  isMarked,
  MARKS,
  runTool,
  TPDU_LINK,
  writeCapture,
  writeTpdus,
} from './support/tshark.ts';

type Apdu = Extract<Exchange, { readonly kind: 'apdu' }>;

/** Two changes, as `vuicc demo` tells them. */
const CHANGES = 2;
const INS = { fetch: 0x12, readBinary: 0xb0, readRecord: 0xb2, getResponse: 0xc0, envelope: 0xc2 };
let folder = '';
const exchanges: Exchange[] = [];

const isOf =
  (ins: number) =>
  (exchange: Exchange): exchange is Apdu =>
    exchange.kind === 'apdu' && exchange.command[1] === ins;

/** The ENVELOPEs of the story, each with the SMS-DELIVER that it brings. */
function envelopes(): { readonly tpdu: Uint8Array; readonly response: Uint8Array }[] {
  return exchanges.filter(isOf(INS.envelope)).map(({ command, response }) => ({
    tpdu: decodeSmsPpDownload(decodeEnvelope(command.subarray(5))).tpdu,
    response,
  }));
}

/** The secured packet of a SMS-DELIVER: TP-UD without its header of 3 octets. */
function packetOf(tpdu: Uint8Array): Uint8Array {
  return decodeSmsDeliver(tpdu).userData.slice(3);
}

/** What GET RESPONSE brought after each ENVELOPE: TP-UD of the delivery report. */
function reports(): Uint8Array[] {
  return exchanges.flatMap((exchange, at) => {
    const next = exchanges[at + 1];
    if (!isOf(INS.envelope)(exchange) || next === undefined || !isOf(INS.getResponse)(next)) {
      return [];
    }
    return [next.response.slice(0, -2)];
  });
}

/** SMS-DELIVER-REPORT: TP-UDHI, TP-PI with all three, TP-PID and TP-DCS of the message. */
function deliverReport(userData: Uint8Array): Uint8Array {
  return concat(fromHex('40077ff6'), Uint8Array.of(userData.length), userData);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vuicc-tshark-'));
  const observe = (exchange: Exchange): void => {
    exchanges.push(exchange);
  };
  await runAlternative3b({ changes: CHANGES, observe });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('Wireshark, which reads the story of two changes from a capture,', () => {
  let file = '';
  beforeAll(async () => {
    file = await writeCapture(join(folder, 'story.pcapng'), exchanges);
  });

  it('finds one packet of type SIM for each exchange, as all of them are TPDUs', async () => {
    const packets = await dissect(file, ['frame.protocols']);
    expect(packets).toHaveLength(exchanges.length);
    const protocols = packets.map((packet) => packet['frame.protocols']);
    const others = protocols.filter((names) => !names?.startsWith('raw:ip:udp:gsmtap:gsm_sim'));
    expect(others).toEqual([]);
  });

  it('finds instruction and SW of each command', async () => {
    const fields = ['gsm_sim.apdu.ins', 'gsm_sim.apdu.sw'];
    const packets = await dissect(file, fields);
    const found = exchanges.flatMap((exchange, at) => {
      if (exchange.kind !== 'apdu') return [];
      return [{ packet: packets[at] ?? {}, ...exchange }];
    });
    expect(found.length).toBeGreaterThan(300);
    const differing = found.filter(({ packet, command, response }) => {
      const sw = Number(packet['gsm_sim.apdu.sw']);
      const [sw1 = 0, sw2 = 0] = response.slice(-2);
      return Number(packet['gsm_sim.apdu.ins']) !== command[1] || sw !== sw1 * 256 + sw2;
    });
    expect(differing).toEqual([]);
  });

  it('marks nothing as malformed, though READs are among what was refused', async () => {
    const packets = await dissect(file, MARKS);
    expect(packets).toHaveLength(exchanges.length);
    expect(packets.filter(isMarked)).toEqual([]);
    const reads = exchanges.filter((one) => isOf(INS.readBinary)(one) || isOf(INS.readRecord)(one));
    expect(reads.filter((one) => one.kind === 'apdu' && one.response.length === 2)).not.toEqual([]);
  });

  it('takes every ENVELOPE apart down to the secured packet in its short message', async () => {
    const fields = [
      'gsm_sim.cat.ber_tlv_tag',
      'etsi_cat.comp_tlv.src_dev',
      'etsi_cat.comp_tlv.dst_dev',
      'gsm_sms.tp-mti',
      'gsm_sms.tp-oa',
      'gsm_sms.tp-pid',
      'gsm_sms.tp-dcs',
      'gsm_sms.ie_identifier',
      'gsm_sms.sms_body',
    ];
    const packets = await dissect(file, fields, ['-Y', 'gsm_sim.apdu.ins == 0xc2']);
    expect(packets.map((packet) => fields.map((field) => packet[field]))).toEqual(
      envelopes().map(({ tpdu }) => [
        '0xd1',
        '0x83',
        '0x81',
        '0',
        expect.stringMatching(/^00100[123]0001$/u),
        '127',
        '246',
        '0x70',
        toHex(packetOf(tpdu)),
      ]),
    );
    expect(packets.length).toBeGreaterThanOrEqual(2 * CHANGES + 2);
  });

  it('takes every FETCH for a REFRESH that asks for a reset of the UICC', async () => {
    const fields = [
      'gsm_sim.cat.ber_tlv_tag',
      'etsi_cat.comp_tlv.cmd_nr',
      'etsi_cat.comp_tlv.cmd_type',
      'etsi_cat.comp_tlv.cmd_qual.refresh',
      'etsi_cat.comp_tlv.src_dev',
      'etsi_cat.comp_tlv.dst_dev',
    ];
    const packets = await dissect(file, fields, ['-Y', 'gsm_sim.apdu.ins == 0x12']);
    const refresh = ['0xd0', '0x01', '0x01', '0x04', '0x81', '0x82'];
    expect(packets.map((packet) => fields.map((field) => packet[field]))).toEqual(
      exchanges.filter(isOf(INS.fetch)).map(() => refresh),
    );
    expect(packets).toHaveLength(CHANGES);
  });

  it('sees no PIN', async () => {
    const packets = await dissect(file, ['udp.payload'], ['-Y', 'gsm_sim.apdu.ins == 0x20']);
    const payloads = packets.map((packet) => packet['udp.payload']?.slice(32));
    expect(new Set(payloads)).toEqual(
      new Set(['002000010063c3', `0020000108${'ff'.repeat(8)}9000`]),
    );
  });
});

describe('Wireshark, which reads TPDUs by themselves,', () => {
  const FIELDS = [
    'gsm_sms.tp-udhi',
    'gsm_sms.tp-pid',
    'gsm_sms.tp-dcs',
    'gsm_sms.ie_identifier',
    'gsm_sms.sms_body',
    ...MARKS,
  ];

  it('takes the messages of the operators for SMS-DELIVER with a command packet', async () => {
    const tpdus = envelopes().map(({ tpdu }) => ({ isFromMe: false, octets: tpdu }));
    const file = await writeTpdus(join(folder, 'deliver.pcap'), tpdus);
    const packets = await dissect(file, FIELDS, TPDU_LINK);
    expect(packets.map((packet) => Object.values(packet))).toEqual(
      tpdus.map(({ octets }) => ['1', '127', '246', '0x70', toHex(packetOf(octets)), '', '']),
    );
    const text = await runTool('tshark', 'tshark', ['-r', file, ...TPDU_LINK, '-V']);
    expect(text.match(/^GSM SMS TPDU \(GSM 03\.40\) SMS-DELIVER$/gmu)).toHaveLength(tpdus.length);
  });

  it('takes the PoRs of the card for SMS-DELIVER-REPORT with a response packet', async () => {
    const userData = reports();
    const tpdus = userData.map((octets) => ({ isFromMe: true, octets: deliverReport(octets) }));
    const file = await writeTpdus(join(folder, 'report.pcap'), tpdus);
    const packets = await dissect(file, FIELDS, TPDU_LINK);
    expect(packets.map((packet) => Object.values(packet))).toEqual(
      userData.map((octets) => ['1', '127', '246', '0x71', toHex(octets.slice(3)), '', '']),
    );
    expect(packets).toHaveLength(envelopes().length);
    const text = await runTool('tshark', 'tshark', ['-r', file, ...TPDU_LINK, '-V']);
    const header = /^GSM SMS TPDU \(GSM 03\.40\) SMS-DELIVER REPORT$/gmu;
    expect(text.match(header)).toHaveLength(tpdus.length);
  });

  it.each([
    ['that is cut short', (tpdu: Uint8Array) => tpdu.slice(0, 16)],
    ['whose TP-OA is longer than it', (tpdu: Uint8Array) => tpdu.with(1, 0xff)],
    ['whose UDH is longer than its TP-UD', (tpdu: Uint8Array) => tpdu.with(18, 0xff)],
  ])('marks a message %s, so that the tests above can fail', async (_what, damage) => {
    const [first] = envelopes();
    const octets = damage(first?.tpdu ?? new Uint8Array(0));
    const file = await writeTpdus(join(folder, 'damaged.pcap'), [{ isFromMe: false, octets }]);
    const [packet] = await dissect(file, MARKS, TPDU_LINK);
    expect(Object.values(packet ?? {})).not.toEqual(['', '']);
  });
});

describe('a tool that is missing', () => {
  it('fails a test, with the name of the package that has it', async () => {
    const line = 'no-such-tool is missing: apt-get install tshark';
    await expect(runTool('no-such-tool', 'tshark', [])).rejects.toThrow(line);
  });
});
