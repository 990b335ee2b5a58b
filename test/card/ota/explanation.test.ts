/**
 * Explanations: the card's steps for a packet, the likely mistake, and a card that stays as it is.
 *
 * The keys are those of the built-in profile, pair 0: KIc '10 00 01 …', KID '11 00 01 …'.
 *
 * @see ETSI TS 102 225 §5.1; docs/architecture.md, "Every step can be explained"
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { explainMessages } from '../../../src/card/ota/explanation.ts';
import { createUicc } from '../../../src/card/uicc.ts';
import { segmentPacket } from '../../../src/ota/segmentation.ts';
import { commandUserData, IEI } from '../../../src/ota/sms.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile } from '../../../src/profile/profile.ts';
import { otaTestCard } from '../../../src/testing.ts';
import { CASES, octet } from '../../ota/support/public-vectors.ts';
import { deliverOf } from '../support/ota-card.ts';
import { keySetOf, vectorProfile } from '../support/vector-card.ts';

/** SELECT EF_ICCID and READ BINARY for TAR B00000, SPI 1619, CNTR 1; and with the keys swapped. */
const GOOD = fromHex(
  '00281516191212b00000e0bc45cdcff4c4ff63eb4843fe9881f8dae7112cd141a9773fe353955e97dc09',
);
const SWAPPED = fromHex(
  '00281516191212b000001bf442ba0ae8da4758fe7f82c97cf63311361660d6841a34d61ca5eda6ae1a6a',
);

function messages(packet: Uint8Array): Uint8Array[] {
  return [deliverOf(commandUserData(packet))];
}

function withSwitches(switches: Partial<CardProfile['switches']>): CardProfile {
  return { ...DEFAULT_PROFILE, switches: { ...DEFAULT_PROFILE.switches, ...switches } };
}

describe('an explanation', () => {
  it('of a packet that is accepted has every step, and no mistake', () => {
    const { verdict, status, steps, mistake } = explainMessages(createUicc(), messages(GOOD));
    expect({ verdict, status, mistake }).toEqual({
      verdict: 'accepted',
      status: 'por-ok',
      mistake: undefined,
    });
    expect(steps.map(({ step }) => step).join(' ')).toBe(
      'sms header tar minimum-security keys ciphering checksum counter store-counter ' +
        'applet applet execute response',
    );
    expect(steps.every(({ ok }) => ok)).toBe(true);
  });

  it('of a packet that is refused ends with the step that failed, and names the mistake', () => {
    const { verdict, status, steps, mistake } = explainMessages(createUicc(), messages(SWAPPED));
    expect({ verdict, status }).toEqual({ verdict: 'refused', status: 'rc-cc-ds-failed' });
    expect(steps.filter(({ ok }) => !ok).map(({ step }) => step)).toEqual(['checksum', 'response']);
    expect(mistake?.name).toBe('keys-swapped');
  });

  it.each(['plain', 'literal', 'hardened'] as const)(
    'tells the real status whatever the policy %s tells the sender',
    (porPolicy) => {
      const card = createUicc(withSwitches({ porPolicy }));
      expect(explainMessages(card, messages(SWAPPED)).status).toBe('rc-cc-ds-failed');
    },
  );

  it('leaves the card as it is: no counter, no file, no session', () => {
    const card = createUicc();
    card.reset();
    card.transmit(fromHex('00A4000C022F00'));
    const { root } = card;
    for (const packet of [GOOD, SWAPPED, GOOD]) explainMessages(card, messages(packet));
    expect(card.root).toBe(root);
    expect(toHex(card.transmit(fromHex('00B2010428'))).slice(-4)).toBe('9000');
    expect(explainMessages(card, messages(GOOD)).verdict).toBe('accepted');
  });

  it('of a replay names the replay, as the card was when it came', () => {
    const twice = [...messages(GOOD), ...messages(GOOD)];
    const { status, mistake } = explainMessages(createUicc(), twice);
    expect(status).toBe('cntr-low');
    expect(mistake?.name).toBe('counter-replayed');
  });

  it.each([
    ['a pair that is not in use any more', 1, 0],
    ['a pair that is not in use yet', 0, 1],
  ])('of a packet that was sealed with %s names both pairs', (_what, active, used) => {
    const { entries } = DEFAULT_PROFILE.keyTable;
    const [first, second] = entries;
    const pairs = used === 0 ? [first!, second!] : [second!, first!];
    const card = createUicc({ ...DEFAULT_PROFILE, keyTable: { active, entries: pairs } });
    const { status, mistake } = explainMessages(card, messages(GOOD));
    expect(status).toBe('rc-cc-ds-failed');
    expect(mistake).toMatchObject({
      name: 'other-pair',
      remedy: expect.stringContaining(
        `keys of pair ${used} were used, and pair ${active} is in use`,
      ),
    });
  });

  it('of a packet for key version 0 takes it for the first set, as the card does', () => {
    const card = otaTestCard();
    const sent = { kic: '02', kid: '02' };
    const names = (options: object) => card.ota('00A40000022FE2', { ...sent, ...options });
    expect(names({}).isExecuted).toBe(true);
    expect(names({ cntr: 1 }).mistake?.name).toBe('counter-replayed');
    expect(names({ tar: 'B00009' }).mistake?.name).toBe('tar-one-octet-off');
    expect(names({ damage: (packet: Uint8Array) => packet.fill(0, -1) }).mistake).toBeUndefined();
  });

  it('names the mistake of the packet, whatever message comes behind it', () => {
    const other = deliverOf(fromHex('02010000'));
    const { status, mistake } = explainMessages(createUicc(), [...messages(SWAPPED), other]);
    expect(status).toBe('rc-cc-ds-failed');
    expect(mistake?.name).toBe('keys-swapped');
  });

  it.each(['1600', '1602'])(
    'of a long script with SPI %s, which nobody hears of, is all of it',
    (spi) => {
      const card = otaTestCard();
      const selects = Array.from({ length: 250 }, () => '00A40000022FE2');
      const script = [...selects, '00A40000022F05', '00D6000002 7A7A'];
      expect(card.ota(script, { tar: 'B00001', spi })).toMatchObject({
        isExecuted: true,
        way: 'none',
      });
      expect(card.ota(['00A40000022F05', '00B0000002'], { tar: 'B00001' }).data).toBe('7a7a');
    },
  );

  it('says which part of a message has come, and in what a counter is counted', () => {
    const part = deliverOf(fromHex('0500037702 02 00'.replaceAll(' ', '')));
    const [step] = explainMessages(createUicc(), [part]).steps;
    expect(step).toMatchObject({ step: 'concatenation', found: 'part 2 of 2, incomplete' });
    const { steps } = explainMessages(createUicc(), messages(GOOD));
    expect(steps.find(({ step: name }) => name === 'counter')).toMatchObject({
      expected: "higher; stored is '0000000000'",
      found: "'0000000001'",
    });
  });

  it('says of a script in the other format that it looks so, and why others fail', () => {
    const findings = (script: string, tar: string): string[] => {
      const card = otaTestCard();
      return card
        .ota(fromHex(script), { tar })
        .findings.filter(({ step, ok }) => step === 'applet' && !ok)
        .map(({ found }) => found);
    };
    const aa = 'aa0922070 0a4000c022fe2'.replace(' ', '');
    expect(findings(aa, 'B00000')[0]).toMatch(/it looks expanded, and this applet is compact$/);
    expect(findings('00a40000022fe2', 'B00001')).toEqual(['unknown-tag']);
    expect(findings('00a40000ff2fe2', 'B00000')[0]).toMatch(/^fewer octets than its P3 says/);
    expect(findings('8050000001ff', 'BFFF3B')).toEqual(['wrong-length']);
  });

  it('of a message that holds no packet is that it is ignored', () => {
    const none = deliverOf(fromHex('0500037701 0100'.replace(' ', '')));
    for (const tpdus of [[], [none], [fromHex('01')], [new Uint8Array(0)]]) {
      const explanation = explainMessages(createUicc(), tpdus);
      expect(explanation).toMatchObject({ verdict: 'ignored', status: undefined });
    }
  });

  it('of some parts of a message is that it is ignored so far, of all that it is accepted', () => {
    const long = CASES.find(({ id }) => id === 'pub-x04')!;
    const keySet = keySetOf(long, octet(long.kic) >> 4, long.storedCounterBefore);
    const card = createUicc(vectorProfile({ keySets: [keySet], tar: long.tar }));
    const packet = fromHex(long.commandPacket);
    const parts = segmentPacket(packet, { iei: IEI.commandPacket, reference: 9 }).map((userData) =>
      deliverOf(userData),
    );
    expect(parts).toHaveLength(3);
    expect(explainMessages(card, parts.slice(0, 2)).verdict).toBe('ignored');
    expect(explainMessages(card, parts.toReversed()).verdict).toBe('accepted');
  });

  it('shows no key, and none of the data', () => {
    for (const packet of [GOOD, SWAPPED]) {
      const shown = JSON.stringify(explainMessages(createUicc(), messages(packet))).toLowerCase();
      expect(shown).not.toContain('000102030405060708090a0b0c0d0e');
      expect(shown).not.toContain('989909010000000000');
    }
  });
});
