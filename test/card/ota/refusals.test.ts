/**
 * The decision table of the receiving entity, row by row, for each way to secure a packet: which
 * status it gets, what its PoR looks like in each policy, mode and way back, and that nothing was
 * executed and no counter moved.
 *
 * @see ETSI TS 102 225 §5.1, §5.2; 3GPP TS 31.115 §4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.ts';
import { RESPONSE_STATUS, sealResponsePacket } from '../../../src/ota/response-packet.ts';
import { responseUserData } from '../../../src/ota/sms.ts';
import type { SwitchesProfile } from '../../../src/profile/profile.ts';
import { spiOf } from '../../ota/support/packets.ts';
import {
  type OtaCard,
  octetHex,
  STORED,
  sendLongPacket,
  storedCounter,
} from '../support/ota-card.ts';
import { EVERYTHING, sentMessages, transmit } from '../support/proactive.ts';
import { ROWS, type Row } from '../support/refusal-rows.ts';
import { keysNamed, SHAPES, type Shape, sealShape, shapeCard } from '../support/shapes.ts';

type Policy = SwitchesProfile['porPolicy'];

const POLICIES: readonly Policy[] = ['plain', 'literal', 'hardened'];
/** b2 b1 of SPI2: none, always, on error, reserved. */
const POR_MODES = [0, 1, 2, 3] as const;
/** b6 of SPI2: in the delivery report, by SMS-SUBMIT. */
const WAYS = [0x00, 0x20] as const;
const NO_DATA = new Uint8Array(0);
/** A PoR is asked for always, and on error. */
const ANSWERED: readonly number[] = [1, 2];

/** TP-UD with the PoR that a packet of a row deserves. */
function expectedPor(row: Row, shape: Shape, packet: Uint8Array, policy: Policy): string {
  const { status } = row;
  const cntr = row.cntr?.(shape) ?? 6;
  const tar = packet.subarray(7, 10);
  if (policy === 'literal') {
    const [kic, kid] = [packet[5]!, packet[6]!];
    const input = { tar, cntr, status, data: NO_DATA };
    const security = { spi: spiOf(toHex(packet.subarray(3, 5))), kic, kid };
    const sealed =
      sealResponsePacket(input, security, keysNamed(shape, kic, kid)) ??
      sealResponsePacket(input, undefined, keysNamed(shape, 0xf0, 0xf0));
    return toHex(responseUserData(sealed!));
  }
  const isTold = policy === 'plain';
  const isCntrTold = isTold && status !== 'tar-unknown' && status !== 'ciphering-error';
  const code = isTold ? RESPONSE_STATUS[status] : 0x06;
  const counter = (isCntrTold ? cntr : 0).toString(16).padStart(10, '0');
  return `027100000b0a${toHex(tar)}${counter}00${octetHex(code)}`;
}

/** Sends a packet of a row. Gives TP-UD of its PoR, whichever way that comes. */
function porOf(to: OtaCard, packet: Uint8Array, way: number): string | undefined {
  const { sw, userData } = sendLongPacket(to, packet);
  if (!sw.startsWith('91')) return userData;
  expect(way).toBe(0x20);
  const sent = sentMessages(to, sw);
  expect(sent).toHaveLength(1);
  return sent[0];
}

/** Sends a right packet, and sees it executed. A counter at its end lets in what has no counter. */
function expectNextAccepted(to: OtaCard, shape: Shape, row: Row): void {
  const spi1 = row.stored === undefined ? shape.spi1 : shape.spi1 & ~0x18;
  const { userData } = sendLongPacket(to, sealShape(shape, shape.por + 1, { spi1, cntr: 8 }));
  expect(userData).toMatch(/^027100/u);
  expect(to.executed.map(({ cntr }) => cntr)).toEqual([8]);
}

function expectRefused(row: Row, shape: Shape, policy: Policy, spi2: number): void {
  const log = { isFull: row.isLogFull === true };
  const to = shapeCard(shape, {
    stored: row.stored,
    switches: { porPolicy: policy },
    log: { append: () => !log.isFull },
  });
  transmit(to, EVERYTHING);
  const packet = row.packet(shape, spi2)!;
  const { root } = to.card;
  const por = porOf(to, packet, spi2 & 0x20);
  const isAnswered = ANSWERED.includes(spi2 & 3);
  expect(por).toBe(isAnswered ? expectedPor(row, shape, packet, policy) : undefined);

  const [failed, ...after] = to.findings.filter(({ ok, step }) => !ok && step !== 'concatenation');
  expect(failed?.step).toBe(row.step);
  expect(after.map(({ step, status }) => ({ step, status }))).toEqual([
    { step: 'response', status: row.status },
  ]);
  expect(to.executed).toEqual([]);
  if (row.movesCounter === true) expect(storedCounter(to, 1)).toBe('0000000006');
  else expect(to.card.root).toBe(root);
  log.isFull = false;
  expectNextAccepted(to, shape, row);
  expect(to.faults).toEqual([]);
}

const CASES = ROWS.flatMap((row) =>
  SHAPES.filter((shape) => row.packet(shape, 0) !== undefined).flatMap((shape) =>
    POLICIES.map((policy) => [row.what, shape.what, policy, row, shape] as const),
  ),
);

describe('a packet that is refused', () => {
  it.each(CASES)('row %s: %s, policy %s', (_row, _shape, policy, row, shape) => {
    for (const way of WAYS) {
      for (const mode of POR_MODES) {
        const spi2 = shape.por | mode | way;
        const label = `SPI2 ${octetHex(spi2)}`;
        try {
          expectRefused(row, shape, policy, spi2);
        } catch (error) {
          throw new Error(label, { cause: error });
        }
      }
    }
  });

  it('has a PoR with a checksum in policy literal alone', () => {
    const rhl = (policy: Policy, row: Row, shape: Shape): string => {
      const to = shapeCard(shape, { stored: row.stored, switches: { porPolicy: policy } });
      const { userData = '' } = sendLongPacket(to, row.packet(shape, shape.por + 1)!);
      return userData.slice(10, 12);
    };
    const row = ROWS.find(({ status }) => status === 'rc-cc-ds-failed')!;
    for (const shape of SHAPES.filter(({ spi1 }) => (spi1 & 3) === 2)) {
      const macOctets = shape.keySet.kid.macLength ?? 8;
      expect(rhl('literal', row, shape)).toBe(octetHex(10 + macOctets));
      expect(rhl('plain', row, shape)).toBe('0a');
      expect(rhl('hardened', row, shape)).toBe('0a');
    }
  });

  it('is so in 10 shapes of which each has 14 rows or more', () => {
    expect(SHAPES).toHaveLength(10);
    for (const shape of SHAPES) {
      const rows = ROWS.filter((row) => row.packet(shape, 0) !== undefined);
      expect(rows.length).toBeGreaterThanOrEqual(14);
      expect(storedCounter(shapeCard(shape), 1)).toBe(STORED);
    }
  });
});
