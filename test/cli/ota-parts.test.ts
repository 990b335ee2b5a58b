/**
 * The parts of one message as arguments of `vuicc ota open`: in any order, each once, none missing.
 *
 * @see 3GPP TS 23.040 §9.2.3.24; 3GPP TS 31.115 §4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { openDocument } from '../../src/cli/ota-open.ts';
import { whyRefused } from './support/ota.ts';

/** A packet in clear, without CC: CPL, CHL, SPI, KIc, KID, TAR, CNTR, PCNTR, data. */
const CLEAR = '00110d00010000b00000000000000700a1b2c3';
/** SMS-DELIVER up to TP-UDL, as in the public vectors. */
const DELIVER = '440b910429780647f37ff652701281430000';
/** {@link CLEAR} in three parts of one message, reference '35'. */
const PART_1 = '070003350301700000110d00';
const PART_2 = '050003350302010000b000000000';
const PART_3 = '05000335030300000700a1b2c3';

describe('of several arguments for vuicc ota open', () => {
  it.each([
    ['in order', [PART_1, PART_2, PART_3]],
    ['in another order', [PART_3, PART_1, PART_2]],
    [
      "with the element '70' in part 2",
      [
        PART_1.replace('07', '05').replace('7000', ''),
        PART_2.replace('05', '07').replace('0302', '03027000'),
        PART_3,
      ],
    ],
  ])('the parts of a message are opened %s', (_what, parts) => {
    const fields = { form: 'user-data', tar: 'b00000', cntr: '0000000007', data: 'a1b2c3' };
    expect(openDocument(parts, {}).document).toMatchObject(fields);
  });

  it('a message in one part is one', () => {
    const only = `070003350101 7000 ${CLEAR}`;
    expect(openDocument([only], {}).document).toMatchObject({ data: 'a1b2c3' });
  });

  const DELIVER_2 = `${DELIVER}0e${PART_2}`;
  it.each([
    ['no first part', [PART_2, PART_3], 'packet: part 1 of 3 is missing'],
    ['no second part', [PART_3, PART_1], 'packet: part 2 of 3 is missing'],
    ['no last part', [PART_1, PART_2], 'packet: part 3 of 3 is missing'],
    ['two parts missing', [PART_3], 'packet: part 1 of 3 is missing (and 1 more)'],
    [
      'a part twice',
      [PART_1, PART_2, PART_3, PART_2],
      'packet: expected each part once, found part 2 of 3 twice',
    ],
    [
      'a part twice with other octets, and none missing',
      [PART_1, PART_2, `${PART_2}00`, PART_3],
      'packet: expected each part once, found part 2 of 3 twice',
    ],
    [
      'another reference',
      [PART_1, PART_2.replace('35', '36'), PART_3],
      'packet 2: expected reference 53 as in packet 1, found 54',
    ],
    [
      'another number of parts',
      [PART_1, PART_2, PART_3.replace('0303', '0403')],
      'packet 3: expected number of parts 3 as in packet 1, found 4',
    ],
    [
      'a reference of another width',
      [PART_1, PART_2.replace('05000335', '0608040035'), PART_3],
      'packet 2: expected reference width 8 as in packet 1, found 16',
    ],
    [
      'another originator',
      [`${DELIVER}0e${PART_1}`, DELIVER_2.replace('9780', '9781'), `${DELIVER}0d${PART_3}`],
      'packet 2: expected address 0b910429780647f3 as in packet 1, found 0b910429781647f3',
    ],
    [
      'a message of its own in the middle',
      [PART_1, `027000${CLEAR}`, PART_3],
      'packet 2: expected number of parts 3 as in packet 1, found 1',
    ],
    [
      'two messages of their own',
      [`027000${CLEAR}`, `027000${CLEAR}`],
      'packet: expected each part once, found part 1 of 1 twice',
    ],
    ['two packets', [CLEAR, CLEAR], 'packet 1: expected a part of a message, found a whole packet'],
    [
      'mixed forms',
      [PART_1, DELIVER_2, PART_3],
      'packet 2: expected user-data as packet 1, found deliver',
    ],
    [
      'a packet among them',
      [PART_1, CLEAR],
      'packet 2: expected user-data as packet 1, found packet',
    ],
    ['text', [PART_1, 'part 2'], 'packet 2: expected a hex digit at character 1, found "p"'],
    [
      'a part 4 of 3',
      [PART_1, PART_2.replace('0302', '0304')],
      'packet 2: concatenation/number at 2: expected 1 to 3, found 4',
    ],
    [
      'a part 0',
      [PART_1.replace('0301', '0300')],
      'concatenation/number at 2: expected 1 to 3, found 0',
    ],
    [
      'an element that is cut short',
      [PART_1, '0400023503'],
      /^packet 2: concatenation\/number at 2: /u,
    ],
    [
      "no element '70'",
      [PART_1.replace('017000', '017200'), PART_2, PART_3],
      "TP-UD/UDH at 0: expected the information element '70'",
    ],
    [
      'the parts of a response packet',
      [PART_1.replace('017000', '017100'), PART_2, PART_3],
      'packet: this is a response packet, open it with --response',
    ],
    [
      'parts whose packet is longer than its CPL',
      [PART_1, PART_2, `${PART_3}00`],
      'command packet/CPL at 0: expected the 18 octets that follow it',
    ],
  ] as const)('%s: refused', (_what, parts, line) => {
    const found = whyRefused(() => openDocument(parts, {}));
    if (typeof line === 'string') expect(found).toBe(line);
    else expect(found).toMatch(line);
  });
});
