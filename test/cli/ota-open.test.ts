import { describe, expect, it } from 'vitest';
import { caseOf } from '../ota/support/public-vectors.ts';
import realCards from '../vectors/ota-real-cards.json' with { type: 'json' };
import { argumentsOf, keyOptionsOf, openedFields, responseOptionsOf } from './support/ota.ts';
import { documentOf, done, type Outcome, refusal, useProgram } from './support/program.ts';

const program = useProgram();
const open = (...args: readonly string[]): Promise<Outcome> =>
  program.run(['ota', 'open', ...args]);

/** A sysmoISIM-SJA5: AES-128, PoR with CC and ciphered. */
const REAL = realCards.exchanges[0]!;
const WRONG_KEY = 'ff'.repeat(16);
const UDH = '027000';
const PACKET = REAL.userData.slice(UDH.length);
const KIC = ['--kic-key', REAL.cipheringKey] as const;
const KID = ['--kid-key', REAL.checksumKey] as const;
const KEYS = [...KIC, ...KID];
const OPENED = {
  form: 'packet',
  spi: '0619',
  kic: '22',
  kid: '22',
  tar: 'b00011',
  cntr: '0000000000',
  pcntr: 11,
  checksum: 'ecbab1f8f55502c5',
  checksumOk: true,
  data: '00a40004023f00',
};

/** A packet in clear, without CC: CPL, CHL, SPI, KIc, KID, TAR, CNTR, PCNTR, data. */
const CLEAR = '00110d00010000b00000000000000700a1b2c3';
/** SMS-DELIVER up to TP-UDL, as in the public vectors. */
const DELIVER = '440b910429780647f37ff652701281430000';
/** Changes the octets from an index on. */
function changed(hex: string, at: number, octets: string): string {
  return hex.slice(0, at * 2) + octets + hex.slice(at * 2 + octets.length);
}

describe('vuicc ota open', () => {
  it('opens a packet that a real card took, with and without its UDH', async () => {
    expect(documentOf(await open('--json', ...KEYS, PACKET))).toEqual(OPENED);
    const form = 'user-data';
    expect(documentOf(await open('--json', ...KEYS, REAL.userData))).toEqual({ ...OPENED, form });
  });

  it('prints a line for each field', async () => {
    const lines = Object.entries(OPENED).map(([name, value]) => `${name.padEnd(11)} ${value}`);
    expect(await open(...KEYS, PACKET.toUpperCase())).toEqual(done(...lines));
  });

  // AES-256, no PoR.
  it('opens all forms of pub-m178', async () => {
    const of = caseOf('pub-m178');
    const [envelope = ''] = of.envelopeApdus;
    const forms = [
      ['packet', of.commandPacket],
      ['user-data', String(of.tpUserData)],
      ['deliver', String(of.smsDeliver)],
      ['envelope', envelope],
      ['envelope', envelope.slice(10)],
    ] as const;
    for (const [form, hex] of forms) {
      const outcome = await open('--json', ...argumentsOf(keyOptionsOf(of)), hex);
      expect(documentOf(outcome)).toEqual({ form, ...openedFields(of) });
    }
  });

  // x01: CMAC of 4 octets. m140: AES-192, CC alone. x12: PoR with CC and ciphered. m020: CRC-16.
  // m045: CRC-32, DES. x02: DES in ECB. m092: 3DES with 2 and 3 keys. x05, x07: 2 and 3 parts.
  it.each(['x01', 'm140', 'x12', 'm020', 'm045', 'x02', 'm092', 'x05', 'x07'])(
    'opens the ENVELOPEs of pub-%s',
    async (id) => {
      const of = caseOf(`pub-${id}`);
      const keys = argumentsOf(keyOptionsOf(of));
      const outcome = await open('--json', ...keys, ...of.envelopeApdus);
      expect(outcome.code).toBe(0);
      expect(documentOf(outcome)).toEqual({ form: 'envelope', ...openedFields(of) });
    },
  );

  it('says null of the checksum that there is not', async () => {
    const fields = { cntr: '0000000007', pcntr: 0, checksum: '', checksumOk: null, data: 'a1b2c3' };
    expect(documentOf(await open('--json', CLEAR))).toMatchObject(fields);
  });

  it('finds a packet of 512 octets and more by its CPL', async () => {
    const data = '00'.repeat(600);
    const long = `02670d00010000b0000000000000070000${data}`.slice(0, 2 * (2 + 0x267));
    const document = documentOf(await open('--json', long));
    expect(document).toMatchObject({ form: 'packet', pcntr: 0, cntr: '0000000007' });
  });
});

describe('a check that fails is exit code 1, and what could be read is printed:', () => {
  const failed = async (...args: readonly string[]): Promise<unknown> => {
    const outcome = await open('--json', ...args);
    expect(outcome.code).toBe(1);
    return documentOf(outcome);
  };

  it('a wrong checksum key', async () => {
    const document = await failed(...KIC, '--kid-key', WRONG_KEY, PACKET);
    expect(document).toEqual({ ...OPENED, checksumOk: false });
  });

  it('a wrong ciphering key: nothing behind TAR means anything', async () => {
    const document = await failed('--kic-key', WRONG_KEY, ...KID, PACKET);
    expect(document).toMatchObject({ form: 'packet', tar: 'b00011', checksumOk: false });
  });

  it.each([3, 9, 10, 25, 41])('octet %i changed', async (at) => {
    const octet = (Number.parseInt(PACKET.slice(at * 2, at * 2 + 2), 16) ^ 0x08).toString(16);
    const document = await failed(...KEYS, changed(PACKET, at, octet.padStart(2, '0')));
    expect(document).toMatchObject({ form: 'packet', checksumOk: false });
  });

  it('no whole cipher blocks: null for all that is ciphered', async () => {
    const short = `0027${PACKET.slice(4, -2)}`;
    const none = { cntr: null, pcntr: null, checksum: null, checksumOk: null, data: null };
    const { spi, kic, kid, tar, form } = OPENED;
    expect(await failed(...KEYS, short)).toEqual({ form, spi, kic, kid, tar, ...none });
  });

  it('more padding than octets: null for the data', async () => {
    const document = await failed(changed(CLEAR, 15, '04'));
    expect(document).toMatchObject({ pcntr: 4, checksumOk: null, data: null });
  });

  it('padding in a packet that is not ciphered', async () => {
    expect(await failed(changed(CLEAR, 15, '01'))).toMatchObject({ pcntr: 1, data: 'a1b2' });
  });

  it('without --json too', async () => {
    const { code, stdout, stderr } = await open(...KIC, '--kid-key', WRONG_KEY, PACKET);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain('\nchecksumOk  false\n');
  });
});

describe('vuicc ota open refuses in one line', () => {
  it.each([
    ['a missing ciphering key', [...KID, PACKET], '--kic-key: needed for this SPI, not given'],
    ['a missing checksum key', [...KIC, PACKET], '--kid-key: needed for this SPI, not given'],
    [
      'a ciphering key of a wrong length',
      ['--kic-key', '20', ...KID, PACKET],
      '--kic-key: expected 32 or 48 or 64 hex digits, found 2',
    ],
    [
      'a checksum key that is no hex',
      [...KIC, '--kid-key', 'key', PACKET],
      '--kid-key: expected a hex digit at character 1, found "k"',
    ],
    [
      'a checksum of another length than its key gives',
      [...KEYS, '--mac-length', '4', PACKET],
      'packet/CHL: expected a checksum of 4 octets, found 8',
    ],
    [
      'a checksum where SPI says there is none',
      [changed(changed(CLEAR, 0, '0015'), 2, '11').concat('00000000')],
      'packet/CHL: expected a checksum of 0 octets, found 4',
    ],
    [
      'a --mac-length that is neither 4 nor 8',
      [...KEYS, '--mac-length', '16', PACKET],
      '--mac-length: expected 4 or 8, found "16"',
    ],
    [
      'an RC of another length than KID names',
      [changed(changed(CLEAR, 3, '01'), 6, '01')],
      'packet/CHL: expected a checksum of 2 octets, found 0',
    ],
    [
      'RC where KID names none',
      [...KIC, changed(PACKET, 3, '05')],
      'packet/KID: expected an octet that names an RC, found 22',
    ],
    [
      'DS',
      [changed(PACKET, 3, '07')],
      'packet/SPI: expected none, RC or CC, found DS, which is reserved',
    ],
    [
      'a key of AES-192 for 3DES with 2 keys',
      ['--kic-key', '20'.repeat(24), ...KID, changed(PACKET, 5, '25')],
      '--kic-key: expected 32 hex digits, found 48',
    ],
    [
      'a cipher that is proprietary',
      [...KEYS, changed(PACKET, 5, '23')],
      'packet/KIc: expected an octet that names a cipher, found 23',
    ],
    [
      'a CC that is reserved',
      [...KIC, '--kid-key', '20'.repeat(8), changed(PACKET, 6, '2d')],
      'packet/KID: expected an octet that names a CC, found 2d',
    ],
    [
      'CPL that is one less',
      [...KEYS, changed(PACKET, 0, '0027')],
      'command packet/CPL at 0: expected the 40 octets that follow it',
    ],
    [
      'a packet that is cut short',
      [...KEYS, PACKET.slice(0, -2)],
      'command packet/CPL at 0: expected the 39 octets that follow it',
    ],
    [
      'CHL that is too small',
      [...KEYS, changed(PACKET, 2, '0c')],
      'command packet/CHL at 2: expected 13 to the octets that follow it',
    ],
    [
      'CHL that is larger than the packet',
      [...KEYS, changed(PACKET, 2, '28')],
      'command packet/CHL at 2: expected 13 to the octets that follow it',
    ],
    ['a packet of one octet', ['00'], /^command packet\/CPL at 0: /u],
    ['an empty packet', [''], /^command packet\/CPL at 0: /u],
    ['an odd number of digits', ['0'], 'packet: expected an even number of digits, found 1'],
    ['text', ['packet'], 'packet: expected a hex digit at character 1, found "p"'],
    [
      'a header without the packet',
      [...KEYS, REAL.userData.replace('027000', '027200')],
      "TP-UD/UDH at 0: expected the information element '70'",
    ],
    [
      'a response packet',
      [...KEYS, REAL.userData.replace('027000', '027100')],
      'packet: this is a response packet, open it with --response',
    ],
    ['a header that is longer than the octets', ['0a7000'], /^TP-UD\/UDH at 1: /u],
    ['SMS-DELIVER that is cut short', [DELIVER.slice(0, 20)], /^SMS-DELIVER\/TP-.* at \d+: /u],
    [
      'SMS-DELIVER without the packet',
      [`${DELIVER}0605000301010100`],
      /^TP-UD\/UDH at 0: expected the information element '70'$/u,
    ],
    ['ENVELOPE that is cut short', ['80c2000010d10e'], /^C-APDU\/data at 5: /u],
    [
      'another ENVELOPE',
      ['80c2000002d600'],
      /^ENVELOPE \(SMS-PP download\)\/tag at 0: expected 'd1'$/u,
    ],
    [
      'a message of which a part is missing',
      ['0700033503017000', '050003350303'],
      'packet: part 2 of 3 is missing',
    ],
    [
      'several packets',
      [...KEYS, PACKET, PACKET],
      'packet 1: expected a part of a message, found a whole packet',
    ],
    [
      'SPI of a command for a command',
      [...KEYS, '--spi', '0619', PACKET],
      '--spi, --kic, --kid: expected --response with them, a command has its own',
    ],
  ] as const)('%s', async (_what, args, line) => {
    const { code, stdout, stderr } = await open('--json', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^vuicc: [^\n]+\n$/u);
    const text = stderr.slice('vuicc: '.length, -1);
    if (typeof line === 'string') expect(text).toBe(line);
    else expect(text).toMatch(line);
  });
});

describe('vuicc ota open --response', () => {
  const SECURITY = ['--response', '--spi', REAL.spi, '--kic', REAL.kic, '--kid', REAL.kid] as const;
  const POR = REAL.responseUserData;
  /** SMS-SUBMIT up to TP-UDL. */
  const SUBMIT = '41000b910429780647f37ff6';
  const DOCUMENT = {
    tar: REAL.tar,
    cntr: REAL.cntr,
    pcntr: 14,
    status: '00',
    checksumOk: true,
    data: REAL.responseData,
  };
  const response = (...args: readonly string[]): Promise<Outcome> =>
    open('--json', ...SECURITY, ...args);

  it('opens the PoR of a real card, with and without its UDH', async () => {
    expect(documentOf(await response(...KEYS, POR))).toEqual(DOCUMENT);
    expect(documentOf(await response(...KEYS, POR.slice(6)))).toEqual(DOCUMENT);
  });

  it('prints a line for each field', async () => {
    const lines = Object.entries(DOCUMENT).map(([name, value]) => `${name.padEnd(11)} ${value}`);
    expect(await open(...SECURITY, ...KEYS, POR)).toEqual(done(...lines));
  });

  // x14: refused with status 01, by one card with the PoR that was asked for, by another in clear.
  it('tells the status of a refusal, under the keys and in clear', async () => {
    const of = caseOf('pub-x14');
    const { withUdh = '', plainVariant } = of.response;
    const args = ['--json', ...argumentsOf(responseOptionsOf(of))];
    const fields = { tar: of.tar, cntr: of.cntr, status: '01', data: '' };
    const sealed = await open(...args, withUdh);
    expect(documentOf(sealed)).toEqual({ ...fields, pcntr: 1, checksumOk: true });
    const plain = await open(...args, plainVariant?.withUdh ?? '');
    expect(documentOf(plain)).toEqual({ ...fields, pcntr: 0, checksumOk: null });
    expect([sealed.code, plain.code]).toEqual([0, 0]);
  });

  // x13: CC by AES, 2 parts. m043: RC. m070: CC by DES and ciphered.
  it.each(['x13', 'm043', 'm070'])('opens what pub-%s has to be sent', async (id) => {
    const of = caseOf(`pub-${id}`);
    const { cntr, pcntr, status, executedResult: data } = of.response;
    const { smsSubmit = [], sendShortMessage = [] } = of.response;
    for (const parts of [smsSubmit, sendShortMessage.toReversed()]) {
      const outcome = await open('--json', ...argumentsOf(responseOptionsOf(of)), ...parts);
      const fields = { tar: of.tar, cntr, pcntr, status, checksumOk: true, data };
      expect(documentOf(outcome)).toEqual(fields);
    }
  });

  it('needs no key when SPI2 asks for none', async () => {
    const args = ['--response', '--spi', '0001', '--kic', '00', '--kid', '00', '--json'];
    expect(documentOf(await open(...args, '000b0ab0001000000000070009'))).toEqual({
      tar: 'b00010',
      cntr: '0000000007',
      pcntr: 0,
      status: '09',
      checksumOk: null,
      data: '',
    });
  });

  it.each([
    ['a wrong checksum key', [...KIC, '--kid-key', WRONG_KEY, POR]],
    ['another TAR', [...KEYS, changed(POR, 7, 'ff')]],
    ['another last octet', [...KEYS, `${POR.slice(0, -2)}00`]],
  ])('ends with exit code 1 for %s', async (_what, args) => {
    const outcome = await response(...args);
    expect(outcome.code).toBe(1);
    expect(documentOf(outcome)).toMatchObject({ checksumOk: false });
  });

  const NEEDS = '--response: expected --spi, --kic and --kid of the command';
  it.each([
    ['no --spi', ['--response', '--kic', '22', '--kid', '22'], NEEDS],
    ['no --kic', ['--response', '--spi', '0619', '--kid', '22'], NEEDS],
    ['no --kid', ['--response', '--spi', '0619', '--kic', '22'], NEEDS],
    [
      'an SPI of one octet',
      ['--response', '--spi', '19', '--kic', '22', '--kid', '22'],
      '--spi: expected 4 hex digits, found 2',
    ],
    ['a missing ciphering key', [...SECURITY, ...KID], '--kic-key: needed for this SPI, not given'],
    ['a missing checksum key', [...SECURITY, ...KIC], '--kid-key: needed for this SPI, not given'],
    [
      'RC where KID names none',
      ['--response', '--spi', '0605', '--kic', '22', '--kid', '22', ...KEYS],
      '--kid: expected an octet that names an RC, found 22',
    ],
    [
      'DS',
      ['--response', '--spi', '060d', '--kic', '22', '--kid', '22', ...KEYS],
      '--spi/SPI2: expected none, RC or CC, found DS, which is reserved',
    ],
    [
      'a key of AES-128 for 3DES with 3 keys',
      ['--response', '--spi', '0619', '--kic', '19', '--kid', '19', ...KEYS],
      '--kic-key: expected 48 hex digits, found 32',
    ],
    [
      'a cipher that is proprietary',
      ['--response', '--spi', '0619', '--kic', '23', '--kid', '22', ...KEYS],
      '--kic: expected an octet that names a cipher, found 23',
    ],
  ])('refuses %s in one line', async (_what, args, line) => {
    expect(await open('--json', ...args, POR)).toEqual(refusal(line));
  });

  it.each([
    ['RPL that is one more', changed(POR, 3, '0025'), /^response packet\/RPL at 0: /u],
    ['RHL that is too small', changed(POR, 5, '09'), /^response packet\/RHL at 2: /u],
    ['a checksum of 4 octets', changed(POR, 5, '0e'), /^response packet\/RHL at 2: /u],
    ['no whole cipher blocks', `0271000023${POR.slice(10, -2)}`, /^response packet\/RPL at 0: /u],
    ['the header of a command', POR.replace('027100', '027000'), /^TP-UD\/UDH at 0: /u],
    ['a PoR that is cut short', POR.slice(0, 20), /^response packet\/RPL at 0: /u],
    ['an empty PoR', '', /^response packet\/RPL at 0: /u],
    ['SMS-DELIVER', `${DELIVER}2b${POR}`, /^TP-UD\/UDH at 1: /u],
    ['SMS-SUBMIT that is cut short', SUBMIT.slice(0, 12), /^SMS-SUBMIT\/TP-DA at 3: /u],
    ['SMS-SUBMIT of a command', `${SUBMIT}06027000000000`, /^TP-UD\/UDH at 0: /u],
    ['SMS-SUBMIT of a part', `${SUBMIT}08070003350201710000`, /^packet: part 2 of 2 is missing$/u],
    [
      'another proactive command',
      'd009810301010482028182',
      /^proactive command\/command details at 0: expected SEND SHORT MESSAGE$/u,
    ],
    [
      'SEND SHORT MESSAGE without a TPDU',
      'd009810301130082028183',
      /^SEND SHORT MESSAGE\/SMS TPDU at 0: expected one$/u,
    ],
    ['a proactive command with its SW', 'd0098103011300820281839000', /^proactive command\/tag /u],
    ['a proactive command that is cut short', 'd00981030113', /^proactive command\/'d0' at 2: /u],
  ])('refuses %s in one line', async (_what, hex, line) => {
    const { code, stdout, stderr } = await response(...KEYS, hex);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.slice('vuicc: '.length, -1)).toMatch(line);
    expect(stderr.split('\n')).toHaveLength(2);
  });
});
