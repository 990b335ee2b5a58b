/**
 * Activation: at a reset the staged change becomes effective, all of it or nothing.
 *
 * @see docs/subscription-change.md; 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import { describe, expect, it } from 'vitest';
import {
  decodeCommit,
  decodeRoot,
  encodeRoot,
  rootAfter,
} from '../../../src/card/store/commit-codec.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile } from '../../../src/profile/profile.ts';
import { challengeFor, withEntries } from '../support/aka.ts';
import {
  change,
  envelope,
  ICCID,
  IMSI_B,
  IMSI_C,
  IMSI_D,
  openPor,
  QUERY,
  sendCommand,
} from '../support/subscription.ts';
import { PIN1, SELECT_USIM, TestCard, WRONG_PIN1 } from '../support/test-card.ts';

const { entries: ENTRIES } = DEFAULT_PROFILE.keyTable;
const CHANGE = change('00', IMSI_B);
const READ_IMSI = '00B0870009';
const OLD_IMSI = '080910101032547698';
const USIM = [SELECT_USIM, PIN1] as const;

function imsiOf(card: TestCard): string {
  card.sendAll(USIM);
  return card.send(READ_IMSI).slice(0, -4);
}

/** A card with the change staged, the session of the change still on. */
function staged(profile: CardProfile = DEFAULT_PROFILE): TestCard {
  const card = new TestCard({ profile });
  expect(sendCommand(card, CHANGE).data).toBe(`019000${ICCID}0102`);
  return card;
}

describe('until the reset', () => {
  it('the IMSI is the old one', () => {
    expect(imsiOf(staged())).toBe(OLD_IMSI);
  });

  it('AKA goes on with the old pair, and its SQN moves', () => {
    const card = staged();
    card.sendAll(USIM);
    expect(card.ask(challengeFor(ENTRIES[0]!, 0x20))).toMatch(/^DB.*9000$/u);
    expect(card.ask(challengeFor(ENTRIES[0]!, 0x20))).toMatch(/^DC.*9000$/u);
    expect(card.ask(challengeFor(ENTRIES[1]!, 0x20))).toBe('9862');
    expect(card.uicc.root.entries[0]?.seq[0]).toBe(1);
    expect(card.uicc.root.staged).toBeDefined();
  });

  it('packets under the old OTA keys are taken, and their counter moves', () => {
    const card = staged();
    expect(sendCommand(card, QUERY, { cntr: 2 }).data).toBe(`019000${ICCID}000103`);
    expect(sendCommand(card, QUERY, { cntr: 77 }).status).toBe(0x00);
    expect(card.uicc.root.entries[0]?.keySets[0]?.cntr).toBe(77);
    expect(sendCommand(card, QUERY, { cntr: 77 }).status).toBe(0x02);
  });

  it('packets under the next OTA keys are refused', () => {
    const card = staged();
    const answer = card.ask(envelope(QUERY, { cntr: 2, pair: 1 }));
    expect(openPor(answer.slice(0, -4)).status).toBe(0x01);
  });

  it('files are updated, PINs verified and tries counted', () => {
    const card = staged();
    card.sendAll([WRONG_PIN1, ...USIM]);
    expect(card.send('00D68D000300F110')).toBe('9000');
    expect(card.send('00B08D0003')).toBe('00F1109000');
    expect(card.send(WRONG_PIN1)).toBe('63C2');
    expect(card.uicc.root.staged).toBeDefined();
  });
});

describe('after the reset', () => {
  it.each<[string, (card: TestCard) => void]>([
    ['a reset', (card) => void card.reset()],
    [
      'a power-on',
      (card) => {
        card.uicc.powerOff();
        card.reset();
      },
    ],
  ])('the IMSI is the new one, whether it was %s', (_what, act) => {
    const card = staged();
    act(card);
    expect(imsiOf(card)).toBe(IMSI_B);
    expect(card.uicc.root.staged).toBeUndefined();
    expect(sendCommand(card, QUERY, { pair: 1 }).data).toBe(`019000${ICCID}01FF02`);
  });

  it('the old OTA keys open nothing: status 01', () => {
    const card = staged();
    card.reset();
    for (const command of [QUERY, CHANGE, change('01', IMSI_C)]) {
      const answer = card.ask(envelope(command, { cntr: 99 }));
      const por = openPor(answer.slice(0, -4));
      expect([por.status, por.checksumOk, por.data.length]).toEqual([0x01, undefined, 0]);
    }
    expect(card.uicc.root.staged).toBeUndefined();
    expect(card.uicc.root.entries[1]?.keySets[0]?.cntr).toBe(0);
  });

  it('the old OTA keys are unknown when the next pair has another key version: status 06', () => {
    const [first, second] = ENTRIES;
    const keySets = second!.keySets.map((keys) => ({ ...keys, kvn: 2 }));
    const profile = withEntries(DEFAULT_PROFILE, [first!, { ...second!, keySets }]);
    const card = new TestCard({ profile });
    expect(sendCommand(card, CHANGE).data).toBe(`019000${ICCID}0100`);
    card.reset();
    const answer = card.ask(envelope(QUERY, { cntr: 99 }));
    expect(openPor(answer.slice(0, -4)).status).toBe(0x06);
  });

  it('the old K opens nothing: 9862', () => {
    const card = staged();
    card.reset();
    card.sendAll(USIM);
    expect(card.ask(challengeFor(ENTRIES[0]!, 0x20))).toBe('9862');
    expect(card.ask(challengeFor(ENTRIES[0]!, 0x4000))).toBe('9862');
  });

  it('the new pair begins with its own SQN and its own counter', () => {
    const card = staged();
    card.sendAll(USIM);
    card.ask(challengeFor(ENTRIES[0]!, 0x1000));
    sendCommand(card, QUERY, { cntr: 500 });
    card.reset();
    card.sendAll(USIM);
    expect(card.ask(challengeFor(ENTRIES[1]!, 0x20))).toMatch(/^DB.*9000$/u);
    expect(sendCommand(card, QUERY, { cntr: 1, pair: 1 }).status).toBe(0x00);
    expect(card.uicc.root.entries[0]?.seq[0]).toBe(0x80);
    expect(card.uicc.root.entries[0]?.keySets[0]?.cntr).toBe(500);
  });

  it('what the ME wrote while it shut down is gone, and PIN tries are as they were', () => {
    const card = staged();
    card.sendAll(USIM);
    // EF_LOCI and EF_Keys, as an ME writes them when it is switched off.
    card.expectOk('00D68B000B47D1264A62F21037211E00');
    card.expectOk(`00D688002105${'A5'.repeat(32)}`);
    card.expectOk('00D68D000362F210');
    card.send(WRONG_PIN1);
    card.reset();
    expect(card.send('0020000100')).toBe('63C2');
    card.sendAll(USIM);
    expect(card.send('00B08B000B')).toBe('FFFFFFFFFFFFFF0000FF019000');
    expect(card.send('00B0880021')).toBe(`07${'FF'.repeat(32)}9000`);
    expect(card.send('00B08D000C')).toBe(`${'FF'.repeat(12)}9000`);
  });

  it('the same command again is refused: dead keys, or under the new ones its guard', () => {
    const card = staged();
    card.reset();
    expect(sendCommand(card, CHANGE, { pair: 1 }).data).toBe('016984');
    expect(card.uicc.root.active).toBe(1);
  });

  it('a second reset changes nothing', () => {
    const card = staged();
    card.reset();
    const { root } = card.uicc;
    card.reset();
    expect(card.uicc.root).toBe(root);
  });

  it('another card of the same image has changed in nothing', () => {
    const card = staged();
    const { image } = card.uicc;
    const before = encodeRoot(image, image.root);
    card.reset();
    expect(encodeRoot(image, image.root)).toEqual(before);
    expect(imsiOf(new TestCard())).toBe(OLD_IMSI);
  });

  it('a card that slept at rest with the change staged wakes up changed', () => {
    const { image, root } = staged().uicc;
    const card = new TestCard({ root: decodeRoot(image, encodeRoot(image, root)) });
    expect(imsiOf(card)).toBe(IMSI_B);
  });
});

describe('again and again', () => {
  it('the subscription changes until no pair is left, and then stays', () => {
    const card = new TestCard();
    for (const [index, imsi] of [IMSI_B, IMSI_C, IMSI_D].entries()) {
      const guard = `0${index}`;
      const left = `0${2 - index}`;
      expect(sendCommand(card, change(guard, imsi), { pair: index }).data).toBe(
        `019000${ICCID}0${index + 1}${left}`,
      );
      card.reset();
      expect(imsiOf(card)).toBe(imsi);
      expect(card.ask(challengeFor(ENTRIES[index + 1]!, 0x20))).toMatch(/^DB.*9000$/u);
    }
    expect(sendCommand(card, change('03', IMSI_B), { pair: 3 }).data).toBe('016A84');
    card.reset();
    expect(imsiOf(card)).toBe(IMSI_D);
    expect(card.ask(challengeFor(ENTRIES[3]!, 0x40))).toMatch(/^DB.*9000$/u);
  });
});

describe('a power cut', () => {
  it('at any commit of the change leaves it not staged, or staged whole', () => {
    const card = new TestCard();
    const before = card.uicc.root;
    card.send(envelope(CHANGE));
    const seen = Array.from({ length: card.commits.length + 1 }, (_, n) => {
      const root = rootAfter(card.uicc.image, before, card.commits.slice(0, n));
      return imsiOf(new TestCard({ root }));
    });
    // The counter, then the parameters; the reset that follows the cut activates.
    expect(seen).toEqual([OLD_IMSI, OLD_IMSI, IMSI_B]);
  });

  it('before the activation leaves the change staged, after it all is done', () => {
    const card = staged();
    const before = card.uicc.root;
    card.clearLog();
    card.reset();
    expect(card.commits).toHaveLength(1);
    const kinds = decodeCommit(card.commits[0]!).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'activate')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'content').length).toBeGreaterThan(30);
    expect(rootAfter(card.uicc.image, before, card.commits)).toEqual(card.uicc.root);
  });

  it('before the answer was collected does not undo the change', () => {
    const card = new TestCard();
    card.send(envelope(CHANGE));
    card.uicc.powerOff();
    card.reset();
    expect(imsiOf(card)).toBe(IMSI_B);
  });
});

describe('an activation that cannot be stored', () => {
  it('does not keep the ATR back; the change stays staged, and the old pair is the one', () => {
    const card = staged();
    const { root } = card.uicc;
    card.isStored = () => false;
    expect(card.reset()).toBe(DEFAULT_PROFILE.atr);
    expect(card.uicc.root).toBe(root);
    card.isStored = () => true;
    expect(imsiOf(card)).toBe(OLD_IMSI);
    expect(card.ask(challengeFor(ENTRIES[0]!, 0x20))).toMatch(/^DB.*9000$/u);
    expect(sendCommand(card, QUERY, { cntr: 2 }).data).toBe(`019000${ICCID}000103`);
  });

  it('succeeds at the first reset that can store it', () => {
    const card = staged();
    card.isStored = () => false;
    card.reset();
    card.reset();
    card.isStored = () => true;
    card.reset();
    expect(imsiOf(card)).toBe(IMSI_B);
  });
});
