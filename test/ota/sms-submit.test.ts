/**
 * SMS-SUBMIT, by the public vectors and field by field.
 *
 * @see 3GPP TS 23.040 §9.2; 3GPP TS 31.115 §4
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address } from '../../src/bytes/address.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { emptyReassembly, takePart } from '../../src/ota/reassembly.ts';
import { segmentPacket } from '../../src/ota/segmentation.ts';
import { decodeSmsDeliver, hasElement, IEI, USER_DATA_MAX } from '../../src/ota/sms.ts';
import { decodeSmsSubmit, encodeSmsSubmit, type SmsSubmit } from '../../src/ota/sms-submit.ts';
import { alterations, decoded, octetsLike, truncations } from './support/damage.ts';
import { CASES, caseOf } from './support/short-messages.ts';

const ANSWERED = CASES.filter(({ response }) => response.smsSubmit !== undefined);

const PACKET = '000E0AB00010000000000100006A82';
const MESSAGE = `41 2A 07 91214365F7 7F F6 12 027100 ${PACKET}`.replaceAll(' ', '');
const FIELDS: SmsSubmit = {
  reference: 0x2a,
  destination: address('+1234567'),
  pid: 0x7f,
  dcs: 0xf6,
  hasHeader: true,
  userData: fromHex(`027100 ${PACKET}`),
};

/** Other first octets with the same TP-MTI, form of TP-VP and TP-UDHI. */
const FIRST = [0x45, 0x61, 0x65, 0xc1, 0xc5, 0xe1, 0xe5];

function isNone(hex: string): void {
  expect(decoded(() => decodeSmsSubmit(fromHex(hex)))).toBeUndefined();
}

describe('the public vectors', () => {
  it('are 22 answers by SMS-SUBMIT, one of them in two', () => {
    expect(ANSWERED).toHaveLength(22);
    const long = ANSWERED.filter(({ response }) => response.smsSubmit!.length > 1);
    expect(long.map(({ id }) => id)).toEqual(['pub-x13']);
  });

  it.each(ANSWERED.map((of) => [of.id, of] as const))('%s carries its packet', (_id, of) => {
    const { responsePacket, smsSubmit } = of.response;
    let store = emptyReassembly();
    let body: Uint8Array | undefined;
    for (const tpdu of smsSubmit!) {
      const { destination, ...rest } = decodeSmsSubmit(fromHex(tpdu));
      expect(rest).toMatchObject({ reference: 0, pid: 0x7f, dcs: 0xf6, hasHeader: true });
      const taken = takePart(store, { originator: destination, ...rest });
      store = taken.store;
      if (taken.why !== 'whole') continue;
      expect(hasElement(taken.message, IEI.responsePacket)).toBe(true);
      body = taken.message.body;
    }
    expect(toHex(body!)).toBe(responsePacket);
  });

  it.each(ANSWERED.map((of) => [of.id, of] as const))('%s is written', (_id, of) => {
    const { responsePacket, smsSubmit } = of.response;
    const { originator } = decodeSmsDeliver(fromHex(of.smsDeliver[0]!));
    // The reference is the sender's choice: it is that of the vector with two messages.
    const options = { iei: IEI.responsePacket, reference: 0x68 };
    const written = segmentPacket(fromHex(responsePacket!), options).map((userData) =>
      encodeSmsSubmit({ destination: originator, userData }),
    );
    expect(written.map(toHex)).toEqual(smsSubmit);
  });
});

describe('SMS-SUBMIT', () => {
  it('is first octet, TP-MR, TP-DA, TP-PID, TP-DCS, TP-UDL and TP-UD, both ways', () => {
    expect(decodeSmsSubmit(fromHex(MESSAGE))).toEqual(FIELDS);
    expect(toHex(encodeSmsSubmit(FIELDS))).toBe(MESSAGE.toLowerCase());
  });

  it('is that of a response packet where nothing else is said', () => {
    const { destination, userData } = FIELDS;
    expect(decodeSmsSubmit(encodeSmsSubmit({ destination, userData }))).toEqual({
      ...FIELDS,
      reference: 0,
    });
  });

  it('begins with 01 without a header', () => {
    const hex = `01${MESSAGE.slice(2)}`.toLowerCase();
    expect(decodeSmsSubmit(fromHex(hex))).toEqual({ ...FIELDS, hasHeader: false });
    expect(toHex(encodeSmsSubmit({ ...FIELDS, hasHeader: false }))).toBe(hex);
  });

  it.each([
    ['none', '41', ''],
    ['an enhanced', '49', '01020304050607'],
    ['a relative', '51', 'A7'],
    ['an absolute', '59', '52100121430500'],
  ])('may have %s TP-VP', (_what, first, validity) => {
    const hex = first + MESSAGE.slice(2).replace('7FF6', `7FF6${validity}`);
    expect(decodeSmsSubmit(fromHex(hex))).toEqual(FIELDS);
    const cut = fromHex(hex.slice(0, hex.indexOf('7FF6') + 4 + validity.length));
    for (const part of [...truncations(cut), cut]) {
      expect(decoded(() => decodeSmsSubmit(part))).toBeUndefined();
    }
  });

  it('has b3, b6 and b8 of the first octet, which are nothing to us', () => {
    const octets = fromHex(MESSAGE);
    for (const first of FIRST) {
      octets[0] = first;
      expect(decodeSmsSubmit(octets)).toEqual(FIELDS);
    }
  });

  it.each(['40', '42', '43', '00', '44'])('is another TPDU when it begins with %s', (first) => {
    isNone(first + MESSAGE.slice(2));
  });

  it('is none when it is cut short before TP-UD', () => {
    const head = MESSAGE.length / 2 - FIELDS.userData.length;
    for (const part of truncations(fromHex(MESSAGE))) {
      const found = decoded(() => decodeSmsSubmit(part));
      expect(found === undefined).toBe(part.length < head);
    }
  });

  it('is another one or none with an octet changed, but for what is nothing to us', () => {
    const octets = fromHex(MESSAGE);
    const udl = octets.length - FIELDS.userData.length - 1;
    for (const altered of alterations(octets)) {
      const found = decoded(() => decodeSmsSubmit(altered));
      const isIgnored = altered[udl] !== octets[udl] || FIRST.includes(altered[0]!);
      if (isIgnored) expect(found).toEqual(FIELDS);
      else expect(found).not.toEqual(FIELDS);
    }
  });

  it('has the TP-UD that is there, whatever TP-UDL says', () => {
    for (const udl of ['00', '03', '13', '8C', 'FF']) {
      const lie = MESSAGE.replace('7FF612', `7FF6${udl}`);
      expect(decodeSmsSubmit(fromHex(lie))).toEqual(FIELDS);
    }
  });

  it('has at most 140 octets of TP-UD', () => {
    const head = MESSAGE.slice(0, MESSAGE.length - 2 * FIELDS.userData.length);
    const most = decodeSmsSubmit(fromHex(head + '00'.repeat(USER_DATA_MAX)));
    expect(most.userData).toHaveLength(140);
    expect(encodeSmsSubmit(most)).toHaveLength(head.length / 2 + 140);
    isNone(head + '00'.repeat(USER_DATA_MAX + 1));
  });

  it.each<[string, Partial<SmsSubmit>]>([
    ['141 octets of TP-UD', { userData: new Uint8Array(141) }],
    ['a TP-MR of two octets', { reference: 0x100 }],
    ['a negative TP-MR', { reference: -1 }],
    ['a TP-PID of two octets', { pid: 0x100 }],
    ['a TP-DCS of two octets', { dcs: 0x100 }],
    ['destination octets that are cut short', { destination: fromHex('0791214365') }],
    ['destination octets without their number', { destination: fromHex('91214365F7') }],
  ])('is not written with %s', (_what, parts) => {
    expect(() => encodeSmsSubmit({ ...FIELDS, ...parts })).toThrow(RangeError);
  });
});

describe('TP-DA', () => {
  const to = (da: string): string => MESSAGE.replace('0791214365F7', da);

  it.each([
    ['a number', '04812143', '1234'],
    ['an odd number of digits', '039121F3', '+123'],
    ['a text that digits spell', '06D04DE713', 'd0:b47c31'],
  ])('may be %s', (_what, da, destination) => {
    expect(decodeSmsSubmit(fromHex(to(da)))).toEqual({ ...FIELDS, destination });
    expect(toHex(encodeSmsSubmit({ ...FIELDS, destination: fromHex(da) }))).toBe(
      to(da).toLowerCase(),
    );
  });

  it('is a copy of a TP-OA that no digits spell', () => {
    const deliver = `44 06D04F6A10 7F F6 52100121430500 12 027000${PACKET}`.replaceAll(' ', '');
    const { originator } = decodeSmsDeliver(fromHex(deliver));
    const octets = encodeSmsSubmit({ ...FIELDS, destination: originator });
    expect(toHex(octets)).toBe(to('06D04F6A10').toLowerCase());
    expect(decodeSmsSubmit(octets).destination).toEqual(fromHex('06D04F6A10'));
  });

  it('is that of nobody when the command told no sender', () => {
    const octets = encodeSmsSubmit({ ...FIELDS, destination: fromHex('0080') });
    expect(toHex(octets)).toBe(to('0080').toLowerCase());
    expect(decodeSmsSubmit(octets).destination).toEqual(fromHex('0080'));
  });

  it.each([
    ['21 digits', '15812143658709214365870921'],
    ['a filler among its digits', '0481F143'],
    ['fewer digits than its length says', '048121F3'],
  ])('is none with %s', (_what, da) => {
    isNone(to(da));
  });

  it.each([
    ['1581', 'SMS-SUBMIT/TP-DA at 3: expected at most 20 digits'],
    ['048121F3', 'SMS-SUBMIT/TP-DA at 4: expected 4 digits'],
  ])('of %s says what is wrong, and where', (da, problem) => {
    expect(() => decodeSmsSubmit(fromHex(to(da)))).toThrow(problem);
  });
});

describe('any SMS-SUBMIT', () => {
  const digits = fc.stringMatching(/^[0-9*#abc]{1,20}$/);
  const type = fc.constantFrom('+', '', 'a1:', 'd0:', '80:', 'ff:');
  const destination = fc.oneof(
    fc.tuple(type, digits).map(([of, number]) => address(of + number)),
    fc.constantFrom('06D04F6A10', '09D0C8329BFD06').map((oa) => fromHex(oa)),
  );
  const message = fc.record({
    reference: fc.nat(255),
    destination,
    pid: fc.nat(255),
    dcs: fc.nat(255),
    hasHeader: fc.boolean(),
    userData: fc.uint8Array({ maxLength: USER_DATA_MAX }),
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(message, (of) => {
        const octets = encodeSmsSubmit(of);
        expect(decodeSmsSubmit(octets)).toEqual(of);
        expect(encodeSmsSubmit(decodeSmsSubmit(octets))).toEqual(octets);
      }),
    );
  });

  it('is none with a DecodeError and nothing else, and what is read can be written', () => {
    fc.assert(
      fc.property(octetsLike(MESSAGE, caseOf('pub-m007').response.smsSubmit![0]!), (octets) => {
        const found = decoded(() => decodeSmsSubmit(octets));
        if (found === undefined) return;
        expect(decodeSmsSubmit(encodeSmsSubmit(found))).toEqual(found);
      }),
      { numRuns: 2000 },
    );
  });
});
