import { describe, expect, it } from 'vitest';
import { AES_CASES, type Case } from '../ota/support/public-vectors.ts';
import { documentOf, done, type Outcome, refusal, useProgram } from './support/program.ts';

const program = useProgram();

type Options = Readonly<Record<string, string | undefined>>;

function seal(options: Options, data: string, ...more: string[]): Promise<Outcome> {
  const args = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  );
  return program.run(['ota', 'seal', ...args, ...more, data]);
}

/** The worked example of pySim's documentation: AES-128, CMAC of 8 octets. */
const EXAMPLE = {
  '--spi': '0619',
  '--kic': '22',
  '--kid': '22',
  '--tar': 'b00011',
  '--cntr': '0',
  '--kic-key': '200102030405060708090a0b0c0d0e0f',
  '--kid-key': '201102030405060708090a0b0c0d0e0f',
};
const SELECT_MF = '00a40004023f00';
const PACKET =
  '00281506192222b00011e87cceebb2d93083011ce294f93fc4d8de80da1abae8c37ca3e72ec4432e5058';

/** The time stamp of the public vectors. */
const TIMESTAMP = '52701281430000';
/** Vectors with the digits of their originator and service centre. */
const VECTORS = [
  { id: 'pub-m178', what: 'AES-256, no PoR', oa: '+40928760743', smsc: '+48754199414' },
  { id: 'pub-x01', what: 'a CMAC of 4 octets', oa: '+23938787817', smsc: '+62834545388' },
  { id: 'pub-m160', what: 'CC of AES-256, in clear', oa: '+74856977206', smsc: '+79170459210' },
];

function optionsOf({ spi, kic, kid, tar, cntr, kicKey, kidKey, integrityLength }: Case): Options {
  return {
    '--spi': spi,
    '--kic': kic,
    '--kid': kid,
    '--tar': tar,
    '--cntr': cntr,
    '--kic-key': kicKey === '' ? undefined : kicKey,
    '--kid-key': kidKey === '' ? undefined : kidKey,
    '--mac-length': String(integrityLength),
  };
}

describe('vuicc ota seal', () => {
  it('makes the packet of the worked example', async () => {
    const userData = `027000${PACKET}`;
    const deliver = `440c919471113254767ff6000000000000002d${userData}`;
    const download = `820283818607919471016700008b40${deliver}`;
    expect(documentOf(await seal(EXAMPLE, SELECT_MF, '--json'))).toEqual({
      packet: PACKET,
      userData: [userData],
      deliver: [deliver],
      envelope: [`80c2000051d14f${download}`],
    });
  });

  it('prints a line for each form', async () => {
    const { code, stdout, stderr } = await seal(EXAMPLE, SELECT_MF);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const names = stdout.split('\n').map((line) => line.split(/ +/u)[0]);
    expect(names).toEqual(['packet', 'userData', 'deliver', 'envelope', '']);
    expect(stdout).toContain(`packet    ${PACKET}\n`);
  });

  it.each(VECTORS)('makes all forms of $id: $what', async ({ id, oa, smsc }) => {
    const of = AES_CASES.find((candidate) => candidate.id === id)!;
    const carriers = { '--oa': oa, '--smsc': smsc, '--scts': TIMESTAMP };
    const options = { ...optionsOf(of), ...carriers };
    expect(documentOf(await seal(options, of.securedData, '--json'))).toEqual({
      packet: of.commandPacket,
      userData: of.tpUserData,
      deliver: of.smsDeliver,
      envelope: of.envelopeApdus,
    });
  });

  it('takes CNTR of 1 to 10 digits, upper case and spaces', async () => {
    const long = { ...EXAMPLE, '--cntr': '0000000000', '--tar': 'B0 00 11' };
    expect(documentOf(await seal(long, '00 A4 0004 023F00', '--json'))).toMatchObject({
      packet: PACKET,
    });
  });

  it('needs no key, and looks at none, when SPI uses none', async () => {
    const clear = { ...EXAMPLE, '--spi': '0001', '--kic': '15', '--kid': '15' };
    const packet = `00150d00011515b00011000000000000${SELECT_MF}`;
    const keyless = { ...clear, '--kic-key': undefined, '--kid-key': undefined };
    expect(documentOf(await seal(keyless, SELECT_MF, '--json'))).toMatchObject({ packet });
    expect(documentOf(await seal(clear, SELECT_MF, '--json'))).toMatchObject({ packet });
  });

  it('takes data that fill one message, and no octet more', async () => {
    const options = { ...EXAMPLE, '--spi': '0201', '--kic-key': undefined };
    expect(await seal(options, '00'.repeat(113), '--json')).toMatchObject({ code: 0 });
    const line = 'data: expected one short message, found 141 octets of 140';
    expect(await seal(options, '00'.repeat(114), '--json')).toEqual(refusal(line));
  });

  it('takes a reference that one message does not need', async () => {
    expect(await seal({ ...EXAMPLE, '--ref': '255' }, SELECT_MF)).toMatchObject({ code: 0 });
  });
});

describe('vuicc ota seal refuses in one line', () => {
  it.each([
    ['--spi', '06', '--spi: expected 4 hex digits, found 2'],
    ['--spi', '06190', '--spi: expected an even number of digits, found 5'],
    ['--spi', '061g', '--spi: expected a hex digit at character 4, found "g"'],
    ['--spi', undefined, "required option '--spi <hex>' not specified"],
    ['--spi', '0519', '--spi: expected CC or none, found RC, which is not supported'],
    ['--spi', '0719', '--spi: expected CC or none, found DS, which is not supported'],
    ['--kic', '2', '--kic: expected an even number of digits, found 1'],
    ['--kic', '2222', '--kic: expected 2 hex digits, found 4'],
    ['--kic', undefined, "required option '--kic <hex>' not specified"],
    ['--kic', '25', '--kic-key: algorithm nibble 5 is not supported, expected 2 (AES)'],
    ['--kid', '', '--kid: expected 2 hex digits, found 0'],
    ['--kid', '21', '--kid-key: algorithm nibble 1 is not supported, expected 2 (AES)'],
    ['--tar', 'b000', '--tar: expected 6 hex digits, found 4'],
    ['--tar', 'b0001100', '--tar: expected 6 hex digits, found 8'],
    ['--cntr', '', '--cntr: expected 1 to 10 hex digits, found ""'],
    ['--cntr', '00000000001', '--cntr: expected 1 to 10 hex digits, found "00000000001"'],
    ['--cntr', '-1', '--cntr: expected 1 to 10 hex digits, found "-1"'],
    ['--cntr', '0x1', '--cntr: expected 1 to 10 hex digits, found "0x1"'],
    ['--kic-key', undefined, '--kic-key: needed for this SPI, not given'],
    ['--kid-key', undefined, '--kid-key: needed for this SPI, not given'],
    ['--kic-key', '2001', '--kic-key: expected 32 or 48 or 64 hex digits, found 4'],
    ['--kid-key', '20'.repeat(17), '--kid-key: expected 32 or 48 or 64 hex digits, found 34'],
    ['--kid-key', '2'.repeat(31), '--kid-key: expected an even number of digits, found 31'],
    ['--mac-length', '6', '--mac-length: expected 4 or 8, found "6"'],
    ['--mac-length', '', '--mac-length: expected 4 or 8, found ""'],
    ['--oa', '', '--oa: expected + and digits, found ""'],
    ['--oa', 'nobody', '--oa: expected + and digits, found "nobody"'],
    [
      '--oa',
      '+123456789012345678901',
      '--oa: expected + and digits, found "+123456789012345678901"',
    ],
    ['--smsc', '+', '--smsc: expected + and digits, found "+"'],
    ['--scts', '0000', '--scts: expected 14 hex digits, found 4'],
    ['--ref', '256', '--ref: expected 0 to 255, found "256"'],
    ['--ref', '-1', '--ref: expected 0 to 255, found "-1"'],
    ['--ref', 'x', '--ref: expected 0 to 255, found "x"'],
  ])('%s %j', async (name, value, line) => {
    const outcome = await seal({ ...EXAMPLE, [name]: value }, SELECT_MF, '--json');
    expect(outcome).toEqual(refusal(line));
  });

  it.each([
    ['0', 'data: expected an even number of digits, found 1'],
    ['zz', 'data: expected a hex digit at character 1, found "z"'],
  ])('the data %j', async (data, line) => {
    expect(await seal(EXAMPLE, data)).toEqual(refusal(line));
  });

  it('a key that is not used and no hex', async () => {
    const options = { ...EXAMPLE, '--spi': '0201', '--kic-key': '2g' };
    const line = '--kic-key: expected a hex digit at character 2, found "g"';
    expect(await seal(options, SELECT_MF)).toEqual(refusal(line));
  });
});

describe('what is sealed', () => {
  it('is opened by vuicc ota open, in each of its forms', async () => {
    const document = documentOf(await seal(EXAMPLE, SELECT_MF, '--json'));
    const { packet, userData, deliver, envelope } = document as Record<string, string | string[]>;
    const forms = { packet: [packet], 'user-data': userData, deliver, envelope };
    const keys = ['--kic-key', EXAMPLE['--kic-key'], '--kid-key', EXAMPLE['--kid-key']];
    const opened = await Promise.all(
      Object.values(forms).map((hex) =>
        program.run(['ota', 'open', '--json', ...keys, String(hex)]),
      ),
    );
    expect(opened.map((outcome) => documentOf(outcome))).toEqual(
      Object.keys(forms).map((form) => expect.objectContaining({ form, data: SELECT_MF })),
    );
  });

  it('is refused by the built-in card, which has no such TAR: PoR 09', async () => {
    const document = documentOf(await seal(EXAMPLE, SELECT_MF, '--json'));
    const { envelope } = document as { envelope: string[] };
    const answers = await program.run(['apdu', String(envelope), '80C0000010']);
    expect(answers).toEqual(done('6110', '027100000b0ab00011000000000000099000'));
  });
});
