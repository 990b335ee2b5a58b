/**
 * REFRESH behind a registration in 5G: who the ME is in 5G ends with the card, or with its IMSI.
 *
 * @see 3GPP TS 33.501 (5G AKA); ETSI TS 102 223 §6.4.7
 * @module
 */

import { describe, expect, it } from 'vitest';
import type { RegistrationDownlink, RegistrationUplink } from '../../src/air/registration.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { filled } from '../../src/bytes/octets.ts';
import { MobileEquipment } from '../../src/me/mobile-equipment.ts';
import type { Surroundings } from '../../src/me/procedure.ts';
import { type FileCard, fileCard } from './file-card.ts';
import { HOME, run } from './world.ts';

const RESET = 'D009 8103010104 82028182';
const INITIALISE = 'D009 8103010100 82028182';
const UST = '7fff 6f38';
/** Services 122 to 124; none of 5G. */
const WITH_5G = '000a1f0e2f360400400110000000000e00';
const WITHOUT_5G = '000a1f0e2f360400400110000000000000';

interface Heard extends Surroundings {
  readonly heard: RegistrationUplink[];
}

/** A 5G network that asks once and accepts; it says `released` to who goes. */
function world(): Heard {
  const heard: RegistrationUplink[] = [];
  const answers: Readonly<Record<string, RegistrationDownlink>> = {
    'registration-request': {
      kind: 'authentication-request',
      rand: filled(16, 0x11),
      autn: filled(16, 0xa2),
    },
    'authentication-response': { kind: 'registration-accept', plmn: HOME, tac: 1 },
  };
  return {
    heard,
    network: { uplink: () => ({ kind: 'released' }) },
    fiveG: {
      register(message) {
        heard.push(message);
        return answers[message.kind] ?? { kind: 'released' };
      },
    },
  };
}

interface Registered {
  readonly card: FileCard;
  readonly me: MobileEquipment;
  readonly heard: readonly RegistrationUplink[];
  /** Polls once; what the card wants then is done. */
  readonly poll: () => void;
}

function registered(): Registered {
  const card = fileCard();
  card.files.set(UST, [fromHex(WITH_5G)]);
  card.answers.set('0088', `db08${'aa'.repeat(8)}10${'bb'.repeat(16)}10${'cc'.repeat(16)}9000`);
  const me = new MobileEquipment({ pin: '1234' });
  const surroundings = world();
  run(me.boot(), card);
  expect(run(me.register(), card, surroundings)).toMatchObject({ kind: 'registered' });
  return { card, me, heard: surroundings.heard, poll: () => run(me.poll(), card, surroundings) };
}

const updates = ({ log }: FileCard): string[] => log.filter((hex) => hex.startsWith('00d6'));

describe('a registration in 5G, and REFRESH', () => {
  it('is left before a reset, and made anew behind it', () => {
    const { card, me, heard, poll } = registered();
    const { suci } = heard[0]!;
    card.wanted.push(RESET);
    poll();
    expect(heard.slice(2)).toEqual([{ kind: 'deregistration', suci }]);
    expect(me.fiveGs).toBeUndefined();
    expect(run(me.register(), card, world())).toMatchObject({ kind: 'registered' });
  });

  it('waits until a registration is at its end', () => {
    const { card, me } = registered();
    const { heard, ...surroundings } = world();
    card.wanted.push(RESET);
    const outcome = run(me.register(), card, surroundings);
    expect(outcome).toMatchObject({ kind: 'registered', restarted: true, boot: { ok: true } });
    expect(heard.map(({ kind }) => kind)).toEqual([
      'registration-request',
      'authentication-response',
      'deregistration',
    ]);
    expect(me.fiveGs).toBeUndefined();
  });

  it('stays when the NAA is initialised again and the IMSI is the same', () => {
    const { card, me, heard, poll } = registered();
    const before = me.fiveGs;
    card.wanted.push(INITIALISE);
    poll();
    expect(me.fiveGs).toEqual(before);
    expect(heard).toHaveLength(2);
  });

  it('is left when the IMSI is another', () => {
    const { card, me, heard, poll } = registered();
    const { suci } = me.fiveGs!;
    card.files.set('7fff 6f07', [fromHex('080910100000001020')]);
    card.wanted.push(INITIALISE);
    poll();
    expect(heard.slice(2)).toEqual([{ kind: 'deregistration', suci }]);
    expect(me.fiveGs).toBeUndefined();
    const anew = world();
    run(me.register(), card, anew);
    expect(toHex(anew.heard[0]!.suci)).not.toBe(toHex(suci));
  });

  it('looks no more at files whose services are gone', () => {
    const { card, me, poll } = registered();
    expect(updates(card)).toHaveLength(2);
    card.files.set(UST, [fromHex(WITHOUT_5G)]);
    card.wanted.push(INITIALISE);
    poll();
    expect(run(me.register(), card, world())).toMatchObject({ kind: 'registered' });
    expect(updates(card)).toHaveLength(2);
  });
});
