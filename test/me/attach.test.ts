import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DownlinkMessage } from '../../src/air/attach.ts';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { plmn } from '../../src/bytes/identity.ts';
import { filled } from '../../src/bytes/octets.ts';
import { EF_FPLMN } from '../../src/ef/plmn-lists.ts';
import { decodeAuthenticateResponse } from '../../src/me/authentication.ts';
import { MobileEquipment } from '../../src/me/mobile-equipment.ts';
import { fileCard } from './file-card.ts';
import { START_UP, scriptedCard } from './scripted-card.ts';
import { ACCEPT, CHALLENGE, HOME, IMSI, run, scriptedNetwork, VISITED } from './world.ts';

const RES = 'A1A2A3A4A5A6A7A8';
const CK = 'C0'.repeat(16);
const IK = 'D0'.repeat(16);
const AUTS = 'E1E2E3E4E5E6E7E8E9EAEBECEDEE';

/** AUTHENTICATE with RAND '11' and AUTN 'A2', as in the 3G context of 3GPP TS 31.102 §7.1. */
const AUTHENTICATE = `00880081 22 10${'11'.repeat(16)} 10${'A2'.repeat(16)}`;
const SUCCESS = `${AUTHENTICATE} > 612C
  00C000002C > DB 08${RES} 10${CK} 10${IK} 9000`;
const NOT_FRESH = `${AUTHENTICATE} > 6110
  00C0000010 > DC 0E${AUTS} 9000`;

/** EF_LOCI, EF_EPSLOCI, EF_Keys after an attach to 001/01 in area '1234'. */
const STORED = `
  00A4080C047FFF6F7E                                      > 9000
  00D60000 0B C0FFEE01 00F110 1234 FF 00                  > 9000
  00A4080C047FFF6FE3                                      > 9000
  00D60000 12 FFFFFFFFFFFFFFFFFFFFFFFF 00F110 1234 00     > 9000
  00A4080C047FFF6F08                                      > 9000
  00D60000 21 00 ${CK} ${IK}                              > 9000
`;

const NO_KEYS = `07${'FF'.repeat(32)}`;
/** The same files after a final refusal. */
const FORGOTTEN = `
  00A4080C047FFF6F7E                                      > 9000
  00D60000 0B FFFFFFFF FFFFFF 0000 FF 01                  > 9000
  00A4080C047FFF6FE3                                      > 9000
  00D60000 12 FFFFFFFFFFFFFFFFFFFFFFFF FFFFFF 0000 02     > 9000
  00A4080C047FFF6F08                                      > 9000
  00D60000 21 ${NO_KEYS}                                  > 9000
`;

/** Boots the small card, attaches, and checks that the script was followed to its end. */
function attach(script: string, answers: readonly DownlinkMessage[], visited?: typeof VISITED) {
  const card = scriptedCard(START_UP, script);
  const network = scriptedNetwork(...answers);
  const me = new MobileEquipment();
  run(me.boot(), card);
  const outcome = run(me.attach(visited), card, { network });
  expect(card.left).toEqual([]);
  return { me, outcome, heard: network.heard };
}

const REQUEST = { kind: 'attach-request', imsi: IMSI };
const reject = (
  cause: 'imsi-unknown' | 'authentication-failed' | 'try-later',
): DownlinkMessage => ({
  kind: 'attach-reject',
  cause,
});

describe('attach', () => {
  it('proves itself with RES, and writes location and keys when it is accepted', () => {
    const { me, outcome, heard } = attach(`${SUCCESS}${STORED}`, [CHALLENGE, ACCEPT]);
    expect(outcome).toEqual({ kind: 'attached', plmn: HOME, restarted: false });
    expect(heard).toEqual([
      REQUEST,
      { kind: 'authentication-response', imsi: IMSI, res: fromHex(RES) },
    ]);
    expect(me.registration).toMatchObject({ plmn: HOME, lac: 0x1234 });
  });

  it('sends AUTS when the sequence number is not fresh, and takes the next challenge', () => {
    const script = `${NOT_FRESH}\n${SUCCESS}${STORED}`;
    const { outcome, heard } = attach(script, [CHALLENGE, CHALLENGE, ACCEPT]);
    expect(outcome).toMatchObject({ kind: 'attached' });
    expect(heard[1]).toEqual({ kind: 'synchronisation-failure', imsi: IMSI, auts: fromHex(AUTS) });
  });

  it('leaves the keys as they are when it is accepted without a challenge', () => {
    const { outcome } = attach(STORED.split('\n').slice(0, 5).join('\n'), [ACCEPT]);
    expect(outcome).toMatchObject({ kind: 'attached' });
  });

  it('goes on when the card does not store what it is told', () => {
    const script = `${SUCCESS}
      00A4080C047FFF6F7E > 6A82
      00A4080C047FFF6FE3 > 9000
      00D60000 12 FFFFFFFFFFFFFFFFFFFFFFFF 00F110 1234 00 > 6581
      00A4080C047FFF6F08 > 6982`;
    const { outcome } = attach(script, [CHALLENGE, ACCEPT]);
    expect(outcome).toMatchObject({ kind: 'attached' });
  });

  it('reports a MAC failure, and hears of it', () => {
    const script = `${AUTHENTICATE} > 9862${FORGOTTEN}`;
    const { me, outcome, heard } = attach(script, [CHALLENGE, reject('authentication-failed')]);
    const rejected = { kind: 'rejected', cause: 'authentication-failed', restarted: false };
    expect(outcome).toEqual(rejected);
    expect(heard[1]).toEqual({ kind: 'mac-failure', imsi: IMSI });
    expect(me.registration).toBeUndefined();
  });

  it.each([
    ['00', filled(16, 0x00)],
    ['7F', filled(16, 0x7f)],
    ['22', filled(16, 0x22)],
    ['FF but for b8 of AMF', filled(16, 0xff).fill(0x7f, 6, 7)],
    ['nothing', new Uint8Array(0)],
    ['6 octets', filled(6, 0xff)],
  ])('sends back an AUTN of %s, which is not for EPS, and shows it to no card', (_what, autn) => {
    const challenge = { ...CHALLENGE, autn } as DownlinkMessage;
    const answers = [challenge, reject('authentication-failed')];
    const { me, outcome, heard } = attach(FORGOTTEN, answers);
    expect(outcome).toMatchObject({ kind: 'rejected', cause: 'authentication-failed' });
    expect(heard[1]).toEqual({ kind: 'non-eps-authentication', imsi: IMSI });
    expect(me.kAsme).toBeUndefined();
  });

  it('takes the next challenge when that is for EPS', () => {
    const bad = { ...CHALLENGE, autn: filled(16, 0x22) } as DownlinkMessage;
    const { outcome, heard } = attach(`${SUCCESS}${STORED}`, [bad, CHALLENGE, ACCEPT]);
    expect(outcome).toMatchObject({ kind: 'attached' });
    expect(heard.map(({ kind }) => kind)).toEqual([
      'attach-request',
      'non-eps-authentication',
      'authentication-response',
    ]);
  });

  it('gives up a network that has no other challenges than such', () => {
    const bad = { ...CHALLENGE, autn: filled(16, 0x22) } as DownlinkMessage;
    const { outcome, heard } = attach(
      '',
      Array.from({ length: 9 }, () => bad),
    );
    expect(outcome).toEqual({ kind: 'abandoned', restarted: false });
    expect(heard.at(-1)).toEqual({ kind: 'detach', imsi: IMSI });
  });

  // Computed with OpenSSL: FC '10', the PLMN, six octets of AUTN, with the CK and IK of above.
  it.each([
    [undefined, 'eb95a65435ffaa2d15e8053949a0fa152263965dfae22eca8ef52cee144863b3'],
    [VISITED, '3a5ee98af74518019ec94bb89029a3cc21459c11dda94604aa06c755bab18625'],
  ])('derives K_ASME for the network that it tries: %s', (visited, expected) => {
    const { me } = attach(`${SUCCESS}${STORED}`, [CHALLENGE, ACCEPT], visited);
    expect(toHex(me.kAsme!)).toBe(expected);
    expect(me.kAsme).not.toBe(me.kAsme);
  });

  it('has no K_ASME when it is accepted without a challenge', () => {
    const { me } = attach(STORED.split('\n').slice(0, 5).join('\n'), [ACCEPT]);
    expect(me.kAsme).toBeUndefined();
  });

  it.each([
    ['imsi-unknown', FORGOTTEN, false],
    ['authentication-failed', FORGOTTEN, false],
    ['try-later', '', true],
  ] as const)('when it is refused later, by %s, K_ASME goes with EF_Keys', (cause, script, has) => {
    const card = scriptedCard(START_UP, `${SUCCESS}${STORED}${script}`);
    const network = scriptedNetwork(CHALLENGE, ACCEPT, reject(cause));
    const me = new MobileEquipment();
    run(me.boot(), card);
    run(me.attach(), card, { network });
    expect(me.kAsme).toHaveLength(32);
    run(me.attach(), card, { network });
    expect(card.left).toEqual([]);
    expect(me.kAsme !== undefined).toBe(has);
  });

  it('forgets where it was registered when its IMSI is unknown', () => {
    const { outcome } = attach(FORGOTTEN, [reject('imsi-unknown')]);
    expect(outcome).toEqual({ kind: 'rejected', cause: 'imsi-unknown', restarted: false });
  });

  it('forgets nothing when it is to try later', () => {
    const { outcome } = attach('', [reject('try-later')], VISITED);
    expect(outcome).toEqual({ kind: 'rejected', cause: 'try-later', restarted: false });
  });

  it('ends when the network lets it go', () => {
    const { outcome } = attach('', [{ kind: 'released' }]);
    expect(outcome).toEqual({ kind: 'released', restarted: false });
  });

  it('gives up a network that asks for one authentication after the other', () => {
    const script = Array.from({ length: 5 }, () => SUCCESS).join('\n');
    const { outcome, heard } = attach(
      script,
      Array.from({ length: 9 }, () => CHALLENGE),
    );
    expect(outcome).toEqual({ kind: 'abandoned', restarted: false });
    expect(heard.at(-1)).toEqual({ kind: 'detach', imsi: IMSI });
  });

  it('is not tried without a subscription', () => {
    const network = scriptedNetwork(ACCEPT);
    const outcome = run(new MobileEquipment().attach(), scriptedCard(''), { network });
    expect(outcome).toEqual({ kind: 'no-subscription', restarted: false });
    expect(network.heard).toEqual([]);
  });

  it.each([
    ['the PIN is missing', '6982'],
    ['the application is another', '6985'],
    ['the context is not supported', '9864'],
    ['the class is unknown', '6E00'],
    ['the instruction is unknown', '6D00'],
    ['the length is wrong', '6700'],
    ['the memory fails', '6581'],
    ['there is a proactive command and nothing else', '910B'],
    ['there is no data', '9000'],
    ['the tag is unknown', 'DA00 9000'],
    ['AUTS is too short', 'DC0D E1E2E3E4E5E6E7E8E9EAEBECED 9000'],
    ['IK is missing', `DB 08${RES} 10${CK} 9000`],
    ['there is no answer', ''],
  ])('ends with the status word of the card when %s', (_what, answer) => {
    const card = fileCard();
    const me = new MobileEquipment({ pin: '1234', manners: { refresh: 'never-fetches' } });
    run(me.boot(), card);
    card.answers.set('0088', answer);
    const network = scriptedNetwork(CHALLENGE, ACCEPT);
    const sw = Number.parseInt(answer.replaceAll(' ', '').slice(-4) || '0', 16);
    expect(run(me.attach(), card, { network })).toMatchObject({ kind: 'card-refused', sw });
    expect(network.heard.at(-1)).toEqual({ kind: 'detach', imsi: IMSI });
  });
});

describe('keys of 32 octets', () => {
  const [LONG_CK, LONG_IK] = [`20${CK}${CK}`, `20${IK}${IK}`];

  it.each([
    ['CK and IK', `DB 08${RES} ${LONG_CK} ${LONG_IK}`, '4C'],
    ['CK alone', `DB 08${RES} ${LONG_CK} 10${IK}`, '3C'],
    ['IK alone', `DB 08${RES} 10${CK} ${LONG_IK}`, '3C'],
  ])('have no room in EF_Keys, which says that there are none: %s', (_what, answer, length) => {
    const stored = STORED.replace(`00 ${CK} ${IK}`, NO_KEYS);
    const script = `${AUTHENTICATE} > 61${length}
      00C00000${length} > ${answer} 9000 ${stored}`;
    expect(attach(script, [CHALLENGE, ACCEPT]).outcome.kind).toBe('attached');
  });
});

describe('a network that refuses for good', () => {
  const forbid = (entries: string): string => `
    00A4080C047FFF6F7B                > 9000
    00D60000 ${entries}               > 9000`;

  it('is put in the first free entry of EF_FPLMN when it is a visited one', () => {
    const script = `${FORGOTTEN}${forbid('03 62F210')}`;
    const { me } = attach(script, [reject('imsi-unknown')], VISITED);
    expect(me.content(EF_FPLMN)).toEqual([VISITED]);
  });

  it('is put behind the others, and the first is dropped, when the list is full', () => {
    const full = START_UP.replace(
      'FFFFFFFFFFFFFFFFFFFFFFFF 9000',
      '00F120 00F130 00F140 00F150 9000',
    );
    const card = scriptedCard(full, FORGOTTEN, forbid('0C 00F130 00F140 00F150 62F210'));
    const me = new MobileEquipment();
    run(me.boot(), card);
    run(me.attach(VISITED), card, { network: scriptedNetwork(reject('imsi-unknown')) });
    expect(card.left).toEqual([]);
  });

  it('is put in a free entry between others', () => {
    const gap = START_UP.replace(
      'FFFFFFFFFFFFFFFFFFFFFFFF 9000',
      '00F120 FFFFFF 00F140 FFFFFF 9000',
    );
    const card = scriptedCard(gap, FORGOTTEN, forbid('09 00F120 62F210 00F140'));
    const me = new MobileEquipment();
    run(me.boot(), card);
    run(me.attach(VISITED), card, { network: scriptedNetwork(reject('imsi-unknown')) });
    expect(card.left).toEqual([]);
  });

  it.each([
    ['is the home network', HOME],
    ['is not named', undefined],
  ])('is not forbidden when it %s', (_what, visited) => {
    const { outcome } = attach(FORGOTTEN, [reject('imsi-unknown')], visited);
    expect(outcome).toMatchObject({ kind: 'rejected' });
  });

  it.each([
    ['counts as a home network', '7fff 6fd9', '62f210ffffffffffffffffff'],
    ['is forbidden already', '7fff 6f7b', '62f210ffffffffffffffffff'],
    ['finds a list that makes no sense', '7fff 6f7b', 'ffff'],
  ])('is not written to EF_FPLMN when it %s', (_what, path, contents) => {
    const card = fileCard();
    card.files.set(path, [fromHex(contents)]);
    const me = new MobileEquipment({ pin: '1234' });
    run(me.boot(), card);
    run(me.attach(plmn('262-01')), card, { network: scriptedNetwork(reject('imsi-unknown')) });
    expect(card.log).not.toContain('00a4080c047fff6f7b');
  });
});

describe('decodeAuthenticateResponse', () => {
  const kinds = (hex: string): string => decodeAuthenticateResponse(fromHex(hex)).kind;

  it.each([
    ['RES, CK and IK', `DB 08${RES} 10${CK} 10${IK}`],
    ['RES of 4 octets', `DB 04A1A2A3A4 10${CK} 10${IK}`],
    ['RES of 16 octets', `DB 10${RES}${RES} 10${CK} 10${IK}`],
    ['RES, CK and IK of 32 octets', `DB 20${RES.repeat(4)} 20${CK}${CK} 20${IK}${IK}`],
    ['Kc behind them', `DB 08${RES} 10${CK} 10${IK} 08${RES}`],
  ])('takes %s for success', (_what, hex) => {
    expect(kinds(hex)).toBe('success');
  });

  it.each([
    ['nothing', ''],
    ['the answer of the GSM context', `04A1A2A3A4 08${RES}`],
    ['RES of 3 octets', `DB 03A1A2A3 10${CK} 10${IK}`],
    ['RES of 33 octets', `DB 21${RES.repeat(4)}00 10${CK} 10${IK}`],
    ['CK of 24 octets', `DB 08${RES} 18${CK}${RES} 10${IK}`],
    ['IK of 17 octets', `DB 08${RES} 10${CK} 11${IK}00`],
    ['CK of 8 octets', `DB 08${RES} 08${RES} 10${IK}`],
    ['Kc of 4 octets', `DB 08${RES} 10${CK} 10${IK} 04A1A2A3A4`],
    ['an octet behind Kc', `DB 08${RES} 10${CK} 10${IK} 08${RES} 00`],
    ['AUTS of 13 octets', `DC 0D${AUTS.slice(2)}`],
    ['AUTS of 15 octets', `DC 0F${AUTS}00`],
    ['an octet behind AUTS', `DC 0E${AUTS}00`],
  ])('refuses %s', (_what, hex) => {
    expect(() => kinds(hex)).toThrow(DecodeError);
  });

  it('refuses every beginning of an answer', () => {
    const octets = fromHex(`DB 08${RES} 10${CK} 10${IK}`);
    for (let end = 0; end < octets.length; end++) {
      expect(() => decodeAuthenticateResponse(octets.subarray(0, end))).toThrow(DecodeError);
    }
  });

  it('throws nothing but DecodeError, whatever the octets are', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0xdb, 0xdc, 0x00),
        fc.uint8Array({ maxLength: 60 }),
        (tag, rest) => {
          try {
            decodeAuthenticateResponse(Uint8Array.of(tag, ...rest));
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError);
          }
        },
      ),
    );
  });
});
