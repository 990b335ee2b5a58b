/**
 * Short messages joined to packets, by the public vectors and by what networks and strangers send.
 *
 * @see 3GPP TS 23.040 §9.2.3.24; 3GPP TS 31.115 §4
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address } from '../../src/bytes/address.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import {
  emptyReassembly,
  type MessagePart,
  type PartTaken,
  REASSEMBLY_LIMITS,
  type ReassemblyLimits,
  type ReassemblyStore,
  takePart,
} from '../../src/ota/reassembly.ts';
import { type Segmentation, segmentPacket } from '../../src/ota/segmentation.ts';
import {
  commandUserData,
  decodeSmsDeliver,
  encodeUserData,
  hasElement,
  IEI,
  type MessageAddress,
} from '../../src/ota/sms.ts';
import { alterations, decoded, octetsLike, truncations } from './support/damage.ts';
import { CASES, caseOf, deliverIn } from './support/short-messages.ts';

const SENDER = address('+491711234567');
const OTHER = address('+491711234568');
/** "OTA" and "OTB" as TP-OA, which no digits spell. */
const TEXT = fromHex('06D04F6A10');
const OTHER_TEXT = fromHex('06D04FAA10');

function part(userData: string, originator: MessageAddress = SENDER): MessagePart {
  return { originator, hasHeader: true, userData: fromHex(userData) };
}

/** Takes parts one behind the other; gives all that was said. */
function takeAll(
  parts: readonly MessagePart[],
  store: ReassemblyStore = emptyReassembly(),
): PartTaken[] {
  let now = store;
  return parts.map((one) => {
    const taken = takePart(now, one);
    now = taken.store;
    return taken;
  });
}

/** Takes parts of one sender; tells what became of each, and of the last one all. */
function heard(...userData: string[]): { readonly whys: string[]; readonly last: PartTaken } {
  const taken = takeAll(userData.map((hex) => part(hex)));
  return { whys: taken.map(({ why }) => why), last: taken.at(-1)! };
}

function bodyOf({ message }: PartTaken): string | undefined {
  return message === undefined ? undefined : toHex(message.body);
}

/** A packet's parts, of messages from one sender. */
function partsOf(
  packet: Uint8Array,
  originator: MessageAddress,
  options: Segmentation,
): MessagePart[] {
  const parts = segmentPacket(packet, options);
  return parts.map((userData) => ({ originator, hasHeader: true, userData }));
}

/** TP-UD of parts 1 to 3 of 3, reference '35'. */
const PART_1 = '0700033503017000 A1A1';
const PART_2 = '050003350302 B2B2';
const PART_3 = '050003350303 C3C3';
const WHOLE = 'a1a1b2b2c3c3';

describe('the public vectors', () => {
  it.each(CASES.map((of) => [of.id, of] as const))('%s gives its packet', (_id, of) => {
    const taken = takeAll(of.envelopeApdus.map((apdu) => decodeSmsDeliver(deliverIn(apdu))));
    const last = taken.pop()!;
    expect(taken.map(({ why }) => why)).toEqual(taken.map(() => 'incomplete'));
    expect(bodyOf(last)).toBe(of.commandPacket);
    expect(hasElement(last.message!, IEI.commandPacket)).toBe(true);
    expect(last.message!.originator).toBe(decodeSmsDeliver(fromHex(of.smsDeliver[0]!)).originator);
    expect(last.store.messages).toEqual([]);
  });

  it('are six messages in parts, one of them out of order', () => {
    const cut = CASES.filter(({ envelopeApdus }) => envelopeApdus.length > 1);
    expect(cut.map(({ id }) => id.slice(4)).join(' ')).toBe('x03 x04 x05 x06 x07 x09');
    const { envelopeApdus, smsDeliver } = caseOf('pub-x07');
    const sent = envelopeApdus.map((apdu) => smsDeliver.indexOf(toHex(deliverIn(apdu))) + 1);
    expect(sent).toEqual([3, 1, 2]);
  });

  it.each(['pub-x03', 'pub-x05', 'pub-x06'])('%s gives nothing else for a changed UDH', (id) => {
    const { commandPacket, tpUserData } = caseOf(id);
    const parts = tpUserData.map((hex) => fromHex(hex));
    for (const [changed, kept] of [parts, parts.toReversed()]) {
      const { store } = takePart(emptyReassembly(), part(toHex(kept!)));
      const header = 1 + changed![0]!;
      const isFirst = header > 7;
      for (const altered of alterations(changed!.slice(0, header))) {
        const userData = Uint8Array.of(...altered, ...changed!.slice(header));
        const taken = decoded(() => takePart(store, { ...part(''), userData }));
        // Another IEI for '70' leaves the concatenation as it was.
        if (taken === undefined || bodyOf(taken) !== commandPacket) continue;
        expect(isFirst).toBe(true);
        expect(hasElement(taken.message!, IEI.commandPacket)).toBe(false);
      }
    }
  });

  it.each(['pub-x03', 'pub-x05', 'pub-x06'])('%s is not joined of parts cut short', (id) => {
    const { commandPacket, tpUserData } = caseOf(id);
    const [first, second] = tpUserData.map((hex) => fromHex(hex));
    const { store } = takePart(emptyReassembly(), part(tpUserData[0]!));
    const header = 1 + second![0]!;
    for (const userData of truncations(second!)) {
      const taken = decoded(() => takePart(store, { ...part(''), userData }));
      expect(taken === undefined).toBe(userData.length < header);
      if (taken !== undefined) expect(commandPacket.startsWith(bodyOf(taken)!)).toBe(true);
      if (taken !== undefined) expect(bodyOf(taken)).not.toBe(commandPacket);
    }
    for (const userData of truncations(first!.slice(0, 1 + first![0]!))) {
      expect(decoded(() => takePart(store, { ...part(''), userData }))).toBeUndefined();
    }
  });
});

describe('a short message', () => {
  it.each([
    ['a packet', toHex(commandUserData(fromHex('AABB')))],
    ['elements that nobody knows', '04 24020105 AABB'],
    ['an empty header', '00 AABB'],
    ['a total of 1', '05 0003350101 AABB'],
  ])('with %s is whole', (_what, hex) => {
    const { whys, last } = heard(hex);
    expect(whys).toEqual(['whole']);
    expect(bodyOf(last)).toBe('aabb');
    expect(last.store).toEqual(emptyReassembly());
  });

  it('without a header is whole, whatever it looks like', () => {
    const message = { ...part(PART_1), hasHeader: false };
    const taken = takePart(emptyReassembly(), message);
    expect(taken.why).toBe('whole');
    expect(taken.message).toEqual({
      originator: SENDER,
      isConcatenated: false,
      elements: [],
      laterElements: [],
      body: message.userData,
    });
    message.userData.fill(0);
    expect(bodyOf(taken)).toBe(PART_1.replace(' ', '').toLowerCase());
  });

  it('keeps its elements', () => {
    const { elements } = takePart(emptyReassembly(), part('05 240105 7000 AABB')).message!;
    expect(elements).toEqual([
      { iei: 0x24, value: Uint8Array.of(5) },
      { iei: 0x70, value: new Uint8Array(0) },
    ]);
  });

  it('is not taken with more than 140 octets', () => {
    const store = emptyReassembly();
    for (const hasHeader of [true, false]) {
      const message = { originator: SENDER, hasHeader, userData: new Uint8Array(141) };
      expect(() => takePart(store, message)).toThrow(RangeError);
    }
  });

  it('in parts is not taken from what is no address', () => {
    const store = emptyReassembly();
    expect(() => takePart(store, part(PART_1, fromHex('0791')))).toThrow(RangeError);
  });
});

describe('parts', () => {
  it.each([
    [PART_1, PART_2, PART_3],
    [PART_1, PART_3, PART_2],
    [PART_2, PART_1, PART_3],
    [PART_2, PART_3, PART_1],
    [PART_3, PART_1, PART_2],
    [PART_3, PART_2, PART_1],
  ])('may come in any order: %s, %s, %s', (...parts) => {
    const { whys, last } = heard(...parts);
    expect(whys).toEqual(['incomplete', 'incomplete', 'whole']);
    expect(bodyOf(last)).toBe(WHOLE);
    expect(last.message!.elements).toEqual([{ iei: 0x70, value: new Uint8Array(0) }]);
    expect(last.message!.laterElements).toEqual([]);
    expect(last.dropped).toBe(0);
  });

  it('may have the element of the packet on either side', () => {
    const { last } = heard(PART_3, '0770000003350301 A1A1', PART_2);
    expect(bodyOf(last)).toBe(WHOLE);
    expect(hasElement(last.message!, IEI.commandPacket)).toBe(true);
  });

  it('may have elements that nobody knows', () => {
    const { last } = heard('0A 240107 0003350301 7000 A1A1', '08 0003350302 C50100 B2B2', PART_3);
    expect(bodyOf(last)).toBe(WHOLE);
    expect(last.message!.elements.map(({ iei }) => iei)).toEqual([0x24, 0x70]);
    expect(last.message!.laterElements.map(({ iei }) => iei)).toEqual([0xc5]);
  });

  it('may be without content', () => {
    expect(bodyOf(heard('050003350201', '050003350202').last)).toBe('');
  });

  it.each([
    ['part 1', PART_1, PART_2, true, false],
    ['part 2', '050003350301 A1A1', '0700033503027000 B2B2', false, true],
    ['none', '050003350301 A1A1', PART_2, false, false],
  ])('tell that there is a command packet in %s', (_what, first, second, isFirst, isLater) => {
    for (const parts of [
      [first, second, PART_3],
      [PART_3, second, first],
    ]) {
      const { message } = heard(...parts).last;
      expect(hasElement(message!, IEI.commandPacket)).toBe(isFirst);
      expect(hasElement({ ...message!, elements: message!.laterElements }, 0x70)).toBe(isLater);
      expect(toHex(message!.body)).toBe(WHOLE);
    }
  });

  it('count once', () => {
    const { whys, last } = heard(PART_1, PART_1, PART_3, PART_1, PART_3, PART_2);
    expect(whys).toEqual([
      'incomplete',
      'duplicate',
      'incomplete',
      'duplicate',
      'duplicate',
      'whole',
    ]);
    expect(bodyOf(last)).toBe(WHOLE);
  });

  it('that come again change nothing', () => {
    const { store } = takePart(emptyReassembly(), part(PART_1));
    expect(takePart(store, part(PART_1)).store).toBe(store);
  });

  it('are forgotten when the message is whole', () => {
    const { whys, last } = heard(PART_1, PART_2, PART_3, PART_3, PART_1, PART_2);
    expect(whys.slice(3)).toEqual(['incomplete', 'incomplete', 'whole']);
    expect(bodyOf(last)).toBe(WHOLE);
    expect(last.store.messages).toEqual([]);
  });

  it('are not those that the caller changes later', () => {
    const first = part(PART_1);
    const { store } = takePart(emptyReassembly(), first);
    first.userData.fill(0);
    const [, taken] = takeAll([part(PART_2), part(PART_3)], store);
    expect(bodyOf(taken!)).toBe(WHOLE);
  });

  it('leave the store before them as it was', () => {
    const before = takePart(emptyReassembly(), part(PART_1)).store;
    const [, whole] = takeAll([part(PART_2), part(PART_3)], before);
    expect(whole!.store.messages).toEqual([]);
    expect(before.messages[0]!.parts.size).toBe(1);
    expect(bodyOf(takeAll([part(PART_3), part(PART_2)], before)[1]!)).toBe(WHOLE);
  });
});

describe('what contradicts the parts that are there', () => {
  it('begins anew: a part with other octets', () => {
    const taken = takeAll(
      [PART_1, PART_2, '050003350302 DDDD', PART_1, PART_3].map((p) => part(p)),
    );
    expect(taken.map(({ why }) => why)).toEqual([
      'incomplete',
      'incomplete',
      'incomplete',
      'incomplete',
      'whole',
    ]);
    expect(taken.map(({ dropped }) => dropped)).toEqual([0, 0, 1, 0, 0]);
    expect(bodyOf(taken.at(-1)!)).toBe('a1a1ddddc3c3');
  });

  it.each([
    ['longer', '050003350302 B2B200'],
    ['shorter', '050003350302 B2'],
    ['empty', '050003350302'],
  ])('begins anew: a part that is %s', (_what, hex) => {
    const { whys, last } = heard(PART_1, PART_2, hex);
    expect(whys[2]).toBe('incomplete');
    expect(last.dropped).toBe(1);
    expect(last.store.messages.map(({ parts }) => [...parts.keys()])).toEqual([[2]]);
  });

  it('begins anew: a part of another total', () => {
    const { whys, last } = heard(PART_1, PART_2, '050003350402 DDDD');
    expect(whys).toEqual(['incomplete', 'incomplete', 'incomplete']);
    expect(last.dropped).toBe(1);
    expect(last.store.messages).toHaveLength(1);
    expect(last.store.messages[0]).toMatchObject({ total: 4, octets: 8 });
  });

  it('begins anew: a part of another total with the same octets', () => {
    const { whys, last } = heard(PART_1, PART_2, '050003350402 B2B2');
    expect(whys[2]).toBe('incomplete');
    expect(last.store.messages.map(({ total, parts }) => [total, parts.size])).toEqual([[4, 1]]);
  });

  it('begins anew: a message of one part', () => {
    const { whys, last } = heard(PART_1, PART_2, '050003350101 DDDD');
    expect(whys[2]).toBe('whole');
    expect(bodyOf(last)).toBe('dddd');
    expect(last.dropped).toBe(1);
    expect(last.store.messages).toEqual([]);
  });

  it('is no part with other elements and the same content', () => {
    const { whys } = heard(PART_1, '050003350301 A1A1', '0770000003350301 A1A1');
    expect(whys).toEqual(['incomplete', 'duplicate', 'duplicate']);
  });
});

describe('messages that are under way together', () => {
  const FOREIGN: [string, MessageAddress, string][] = [
    ['another originator', OTHER, PART_2],
    ['the same digits of another type', address('491711234567'), PART_2],
    ['a text', TEXT, PART_2],
    ['another reference', SENDER, '050003360302 B2B2'],
    ['the same reference of another width', SENDER, '06080400350302 B2B2'],
  ];

  it.each(FOREIGN)('are kept apart: %s', (_what, originator, foreign) => {
    const taken = takeAll([
      part(PART_1),
      part(foreign, originator),
      part(PART_3),
      part(foreign, originator),
      part(PART_2),
    ]);
    expect(taken.map(({ why }) => why)).toEqual([
      'incomplete',
      'incomplete',
      'incomplete',
      'duplicate',
      'whole',
    ]);
    expect(bodyOf(taken[4]!)).toBe(WHOLE);
    expect(taken[4]!.store.messages).toHaveLength(1);
  });

  it('are kept apart and joined when texts send them', () => {
    const taken = takeAll([
      part(PART_1, TEXT),
      part(PART_2, OTHER_TEXT),
      part(PART_3, TEXT),
      part(PART_2, TEXT),
      part(PART_1, OTHER_TEXT),
      part(PART_3, OTHER_TEXT),
    ]);
    expect(taken.map(bodyOf).filter((body) => body !== undefined)).toEqual([WHOLE, WHOLE]);
    expect(taken[3]!.message!.originator).toEqual(TEXT);
    expect(taken[5]!.message!.originator).toEqual(OTHER_TEXT);
  });
});

describe('what makes no sense', () => {
  it.each([
    ['part 0', '050003350300'],
    ['part 4 of 3', '050003350304'],
    ['a total of 0', '050003350000'],
    ['part 1 of 0', '050003350001'],
    ['part 0 of 3, wide', '06080400350300'],
    ['part 4 of 3, wide', '06080400350304'],
    ['a narrow element of 4 octets', '06000400350302'],
    ['a wide element of 3 octets', '050803350302'],
    ['an element without octets', '020000'],
    ['a right element, and then a wrong one', '0A 0003350302 0003350300'],
    ['a header longer than TP-UD', '060003350302'],
    ['an element longer than the header', '050004350302'],
    ['half an element', '060003350302 70'],
    ['no header', ''],
  ])('is refused, and the parts stay: %s', (_what, hex) => {
    const { store } = takePart(emptyReassembly(), part(PART_1));
    expect(decoded(() => takePart(store, part(hex)))).toBeUndefined();
    expect(bodyOf(takeAll([part(PART_2), part(PART_3)], store)[1]!)).toBe(WHOLE);
  });

  it('is a DecodeError and nothing else, whatever the octets', () => {
    const { store } = takePart(emptyReassembly(), part(PART_1));
    const like = octetsLike(PART_1.replace(' ', ''), PART_2.replace(' ', ''));
    fc.assert(
      fc.property(like, fc.boolean(), (userData, hasHeader) => {
        const taken = decoded(() => takePart(store, { originator: SENDER, hasHeader, userData }));
        if (taken === undefined) expect(hasHeader).toBe(true);
        else expect(taken.message === undefined).toBe(taken.why !== 'whole');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the room of a store', () => {
  const octetsIn = ({ messages }: ReassemblyStore): number =>
    messages.reduce((sum, message) => {
      const sizes = [...message.parts.values()].map((data) => encodeUserData(data).length);
      expect(sizes.reduce((a, b) => a + b)).toBe(message.octets);
      return sum + message.octets;
    }, 0);
  const small: ReassemblyLimits = { messages: 3, octets: 560 };

  it('holds the longest message that can be sent', () => {
    const packet = new Uint8Array(132 + 254 * 134).map((_, n) => n % 251);
    const parts = partsOf(packet, SENDER, { iei: IEI.commandPacket, reference: 0 });
    const taken = takeAll(parts.toReversed());
    expect(taken.slice(0, -1).every(({ why }) => why === 'incomplete')).toBe(true);
    expect(taken.at(-1)!.message!.body).toEqual(packet);
    expect(REASSEMBLY_LIMITS.octets).toBe(35700);
  });

  it('is not given to a message that could outgrow it, whichever part comes first', () => {
    const store = takePart(emptyReassembly(small), part('050003350402 AA')).store;
    for (const hex of ['050003360501', '050003360505', '05000335ff01', '0608040035ff02']) {
      const taken = takePart(store, part(hex));
      expect(taken).toEqual({ store, dropped: 0, why: 'too-large', message: undefined });
      expect(taken.store).toBe(store);
    }
  });

  it('may be that of messages that are whole by themselves', () => {
    const store = emptyReassembly({ messages: 1, octets: 0 });
    expect(takePart(store, part('027000 AA')).why).toBe('whole');
    expect(takePart(store, part('050003350101 AA')).why).toBe('too-large');
    expect(takePart(store, part(PART_1)).why).toBe('too-large');
  });

  it.each([0, -1, Number.NaN])('is not made for %s messages', (messages) => {
    expect(() => emptyReassembly({ messages, octets: 560 })).toThrow(RangeError);
  });

  it('is taken from the message that has waited longest when there are too many', () => {
    const of = (reference: string, n: string) => part(`050003${reference}04${n}AA`);
    const taken = takeAll(
      [of('01', '01'), of('02', '01'), of('03', '01'), of('01', '02'), of('04', '01')],
      emptyReassembly(small),
    );
    expect(taken.map(({ dropped }) => dropped)).toEqual([0, 0, 0, 0, 1]);
    const keys = taken[4]!.store.messages.map(({ key }) => key.split('/').at(-1));
    expect(keys).toEqual(['3', '1', '4']);
  });

  it('is taken from as many as need be when there are too many octets', () => {
    const full = (reference: string, n: string) =>
      part(`050003${reference}04${n}${'AA'.repeat(134)}`);
    const tiny = part('050003090401');
    const taken = takeAll(
      [tiny, full('01', '01'), full('02', '01'), full('02', '02'), full('02', '03')],
      emptyReassembly(small),
    );
    expect(taken.map(({ dropped }) => dropped)).toEqual([0, 0, 0, 0, 1]);
    expect(octetsIn(taken[4]!.store)).toBe(560);
    const last = takePart(taken[4]!.store, full('02', '04'));
    expect(last.why).toBe('whole');
    expect(octetsIn(last.store)).toBe(140);
  });

  it.each<[string, ReassemblyLimits]>([
    ['the usual room', REASSEMBLY_LIMITS],
    ['little room', small],
    ['room for one', { messages: 1, octets: 560 }],
  ])('is not outgrown by 10 000 first parts: %s', (_what, limits) => {
    let store = emptyReassembly(limits);
    const body = new Uint8Array(134);
    for (let n = 0; n < 10_000; n++) {
      const originator = address(`+${n % 700}`);
      const total = 2 + (n % 3);
      const value = Uint8Array.of(n % 251, total, 1 + (n % total));
      const userData = encodeUserData({ elements: [{ iei: 0x00, value }], body });
      const taken = takePart(store, { originator, hasHeader: true, userData });
      store = taken.store;
      expect(store.messages.length).toBeLessThanOrEqual(limits.messages);
      expect(octetsIn(store)).toBeLessThanOrEqual(limits.octets);
    }
    expect(store.messages.length).toBe(limits.messages);
    const taken = takeAll(
      [PART_3, PART_1, PART_2].map((hex) => part(hex)),
      store,
    );
    expect(bodyOf(taken.at(-1)!)).toBe(WHOLE);
  });
});

describe('any packets', () => {
  const SENDERS = [SENDER, OTHER, TEXT, OTHER_TEXT];

  const message = fc.record({
    packet: fc.uint8Array({ minLength: 16, maxLength: 2000 }),
    originator: fc.constantFrom(...SENDERS),
    options: fc.record({
      iei: fc.constantFrom(IEI.commandPacket, IEI.responsePacket),
      width: fc.constantFrom<8 | 16>(8, 16),
      reference: fc.nat(255),
      packetElementFirst: fc.boolean(),
    }),
  });

  const messages = fc.uniqueArray(message, {
    minLength: 1,
    maxLength: 5,
    selector: ({ originator, options: { width, reference } }) =>
      `${SENDERS.indexOf(originator)}/${width}/${reference}`,
  });

  /** Parts of all messages, some of them twice, shuffled. */
  const traffic = messages.chain((all) => {
    const parts = all.flatMap(({ packet, originator, options }, of) =>
      partsOf(packet, originator, options).map((sent, n) => ({ sent, of, n })),
    );
    const again = fc.subarray(parts).chain((some) => {
      const sent = [...parts, ...some];
      return fc.shuffledSubarray(sent, { minLength: sent.length });
    });
    return again.map((sent) => ({ all, sent }));
  });

  it('come back, in any order, with duplicates and among each other', () => {
    fc.assert(
      fc.property(traffic, ({ all, sent }) => {
        const missing = all.map(({ packet, options }) => segmentPacket(packet, options).length);
        const seen = all.map(() => new Set<number>());
        const came = all.map(() => 0);
        let store = emptyReassembly();
        for (const { sent: one, of, n } of sent) {
          const taken = takePart(store, one);
          store = taken.store;
          const numbers = seen[of]!;
          const why = numbers.has(n) ? 'duplicate' : 'incomplete';
          numbers.add(n);
          const isWhole = numbers.size === missing[of];
          expect(taken.why).toBe(isWhole ? 'whole' : why);
          expect(taken.dropped).toBe(0);
          if (!isWhole) continue;
          numbers.clear();
          came[of]!++;
          const { packet, originator, options } = all[of]!;
          expect(taken.message!.body).toEqual(packet);
          expect(taken.message!.originator).toEqual(originator);
          expect(taken.message!.elements).toEqual([{ iei: options.iei, value: new Uint8Array(0) }]);
          expect(taken.message!.laterElements).toEqual([]);
        }
        expect(came.every((times) => times > 0)).toBe(true);
      }),
    );
  });
});
