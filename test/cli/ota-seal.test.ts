import { describe, expect, it } from 'vitest';
import { caseOf } from '../ota/support/public-vectors.ts';
import { argumentsOf, sealedForms, sealOptionsOf } from './support/ota.ts';
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
/** Vectors with the digits of their originator and service centre, as their octets have them. */
const VECTORS = [
  { id: 'pub-m178', what: 'AES-256, no PoR', oa: '+40928760743', smsc: '+48754199414' },
  { id: 'pub-x01', what: 'a CMAC of 4 octets', oa: '+23938787817', smsc: '+62834545388' },
  { id: 'pub-m160', what: 'CC of AES-256, in clear', oa: '+74856977206', smsc: '+79170459210' },
  { id: 'pub-m030', what: 'CRC-16 and 3DES with 2 keys', oa: '+94339793026', smsc: '+72596615154' },
  { id: 'pub-m045', what: 'CRC-32 and DES', oa: '+48475607099', smsc: '+25292148518' },
  { id: 'pub-x02', what: 'DES in ECB', oa: '+25621628381', smsc: '+24144067130' },
  { id: 'pub-m115', what: '3DES with 3 keys', oa: '+91621079276', smsc: '+75512301088' },
  { id: 'pub-x03', what: 'two messages', oa: '+34456024324', smsc: '+29004203285' },
  {
    id: 'pub-x05',
    what: 'two messages, a reference of 16 bits',
    oa: '+46189153561',
    smsc: '+18542087710',
  },
];

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
    const of = caseOf(id);
    const options = { ...sealOptionsOf(of), oa, smsc, scts: TIMESTAMP };
    const args = ['--json', ...argumentsOf(options), of.securedData];
    expect(documentOf(await program.run(['ota', 'seal', ...args]))).toEqual(sealedForms(of));
  });

  it('needs no key for RC, by the worked example', async () => {
    const data = '00a4000c022fe200b000000a';
    const rc = { '--spi': '1105', '--kic': '10', '--tar': 'b00000', '--cntr': '7' };
    const packets = [
      ['15', '001e1111051015b00000000000000700ea1ab447'],
      ['11', '001c0f11051011b00000000000000700dbc0'],
    ];
    for (const [kid, head] of packets) {
      const packet = `${head}${data}`;
      expect(documentOf(await seal({ ...rc, '--kid': kid }, data, '--json'))).toMatchObject({
        packet,
      });
    }
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

  it('cuts what one message does not hold; all but the last say that more follow', async () => {
    const options = { ...EXAMPLE, '--spi': '0201', '--kic-key': undefined };
    const cut = async (octets: number, ...more: string[]): Promise<Record<string, string[]>> => {
      const outcome = await seal(options, '00'.repeat(octets), '--json', ...more);
      return documentOf(outcome) as Record<string, string[]>;
    };
    const heads = ({ userData = [], deliver = [] }: Record<string, string[]>): string[] =>
      userData.map((part, n) => `${deliver[n]?.slice(0, 2)} ${part.slice(0, 18)}`);
    expect(heads(await cut(113))).toEqual(['44 027000008715020122']);
    expect(heads(await cut(114))).toEqual(['40 070003000201700000', '44 050003000202000000']);
    expect(heads(await cut(114, '--ref', '255'))).toEqual([
      '40 070003ff0201700000',
      '44 050003ff0202000000',
    ]);
    expect(heads(await cut(400, '--ref16', '300'))).toEqual([
      '40 080804012c04017000',
      '40 060804012c04020000',
      '40 060804012c04030000',
      '44 060804012c04040000',
    ]);
  });

  it('prints a line for each short message', async () => {
    const options = { ...EXAMPLE, '--spi': '0001', '--kic-key': undefined };
    const { stdout } = await seal(options, '00'.repeat(150));
    const names = stdout.split('\n').map((line) => line.split(/ +/u)[0]);
    const twice = ['userData', 'deliver', 'envelope'].flatMap((name) => [name, name]);
    expect(names).toEqual(['packet', ...twice, '']);
  });

  it('takes a reference that one message does not need', async () => {
    expect(await seal({ ...EXAMPLE, '--ref': '255' }, SELECT_MF)).toMatchObject({ code: 0 });
    expect(await seal({ ...EXAMPLE, '--ref16': '65535' }, SELECT_MF)).toMatchObject({ code: 0 });
  });
});

describe('vuicc ota seal refuses in one line', () => {
  it.each([
    ['--spi', '06', '--spi: expected 4 hex digits, found 2'],
    ['--spi', '06190', '--spi: expected an even number of digits, found 5'],
    ['--spi', '061g', '--spi: expected a hex digit at character 4, found "g"'],
    ['--spi', undefined, "required option '--spi <hex>' not specified"],
    ['--spi', '0519', '--kid: expected an octet that names an RC, found 22'],
    ['--spi', '0719', '--spi: expected none, RC or CC, found DS, which is reserved'],
    ['--spi', '2619', '--spi: expected no reserved bit or value, as 0619, found 2619'],
    ['--spi', '0659', '--spi: expected no reserved bit or value, as 0619, found 0659'],
    ['--spi', '061b', '--spi: expected no reserved bit or value, as 0618, found 061b'],
    ['--kic', '2', '--kic: expected an even number of digits, found 1'],
    ['--kic', '2222', '--kic: expected 2 hex digits, found 4'],
    ['--kic', undefined, "required option '--kic <hex>' not specified"],
    ['--kic', '23', '--kic: expected an octet that names a cipher, found 23'],
    ['--kic', '21', '--kic-key: expected 16 hex digits, found 32'],
    ['--kic', '29', '--kic-key: expected 48 hex digits, found 32'],
    ['--kic', '2d', '--kic-key: expected 16 hex digits, found 32'],
    ['--kid', '', '--kid: expected 2 hex digits, found 0'],
    ['--kid', '23', '--kid: expected an octet that names a CC, found 23'],
    ['--kid', '21', '--kid-key: expected 16 hex digits, found 32'],
    ['--kid', '29', '--kid-key: expected 48 hex digits, found 32'],
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
    ['--ref16', '65536', '--ref16: expected 0 to 65535, found "65536"'],
    ['--ref16', '1e3', '--ref16: expected 0 to 65535, found "1e3"'],
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

  it('a CC by the key that KID reserves', async () => {
    const options = { ...EXAMPLE, '--kid': '2d', '--kid-key': '20'.repeat(8) };
    const line = '--kid: expected an octet that names a CC, found 2d';
    expect(await seal(options, SELECT_MF)).toEqual(refusal(line));
  });

  it('both kinds of reference', async () => {
    const line = '--ref, --ref16: expected one of them, found both';
    expect(await seal({ ...EXAMPLE, '--ref': '1', '--ref16': '1' }, SELECT_MF)).toEqual(
      refusal(line),
    );
  });

  it('data that 255 short messages do not hold', async () => {
    const options = { ...EXAMPLE, '--spi': '0001' };
    const line = 'data: too long, packet: expected at most 34168 octets, got 34169';
    expect(await seal(options, '00'.repeat(34168 - 16), '--json')).toMatchObject({ code: 0 });
    expect(await seal(options, '00'.repeat(34169 - 16), '--json')).toEqual(refusal(line));
  });

  it('data that CPL cannot count', async () => {
    const line = 'data: too long, CPL: expected 0 to 65535, got 65536';
    const options = { ...EXAMPLE, '--spi': '0001' };
    expect(await seal(options, '00'.repeat(65536 - 14), '--json')).toEqual(refusal(line));
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
