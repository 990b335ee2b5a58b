import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import type { Finding } from '../../../src/card/ota/finding.ts';
import { type KeySet, otaKey } from '../../../src/ota/key-set.ts';
import {
  RESPONSE_STATUS,
  type ResponseStatus,
  sealResponsePacket,
} from '../../../src/ota/response-packet.ts';
import { segmentPacket } from '../../../src/ota/segmentation.ts';
import { IEI, responseUserData } from '../../../src/ota/sms.ts';
import { decodeSpi } from '../../../src/ota/spi.ts';
import {
  describeResult,
  formatRemedy,
  type OtaResult,
  readResult,
  type SentCommand,
} from '../../../src/scenario/ota-kit/result.ts';
import type { TerminalLog } from '../../../src/scenario/ota-kit/terminal.ts';
import { otaTestCard } from '../../../src/scenario/ota-kit/test-card.ts';

const AES = (first: string): ReturnType<typeof otaKey> => {
  return otaKey('AES', fromHex(`${first}0102030405060708090a0b0c0d0e0f`));
};
const KEYS: KeySet = { kvn: 1, cipheringKey: AES('10'), checksumKey: AES('11'), macLength: 8 };
const SECURITY = { spi: decodeSpi([0x16, 0x19]), kic: 0x12, kid: 0x12 };
const SENT: SentCommand = {
  packet: fromHex('0102'),
  messages: [fromHex('0270000102')],
  security: SECURITY,
  keys: { ciphering: KEYS, checksum: KEYS },
  format: 'compact',
  appletFormat: 'compact',
};
const NOTHING: TerminalLog = { report: undefined, sw: 0x9000, sent: [], commands: [] };
const FINDING: Finding = {
  step: 'execute',
  ok: true,
  octets: '',
  expected: 'an answer',
  found: '5 octets',
  clause: 'ETSI TS 102 226',
};

function por(status: ResponseStatus, data = '', isInClear = false): Uint8Array {
  const input = { tar: fromHex('b00000'), cntr: 1, status, data: fromHex(data) };
  return sealResponsePacket(input, isInClear ? undefined : SECURITY, SENT.keys)!;
}

function read(log: Partial<TerminalLog>, verdict: OtaResult['verdict'] = 'por-ok'): OtaResult {
  const of = { verdict, findings: [FINDING], mistake: undefined };
  return readResult(SENT, { ...NOTHING, ...log }, of);
}

describe('what came of a packet', () => {
  it('is read from the delivery report', () => {
    const log = { report: responseUserData(por('por-ok', '0290009899')), sw: 0x9000 };
    expect(read(log)).toMatchObject({
      isExecuted: true,
      status: 'por-ok',
      way: 'report',
      isProven: true,
      executed: 2,
      sw: 0x9000,
      data: '9899',
      responses: [{ data: '9899', sw: 0x9000 }],
      additional: '0290009899',
      packet: '0102',
      messages: ['0270000102'],
      envelopeSw: 0x9000,
    });
  });

  it('is read from short messages, in any order, and from the last packet of several', () => {
    const long = por('por-ok', `029000${'ab'.repeat(200)}`);
    const parts = segmentPacket(long, { iei: IEI.responsePacket, reference: 7 });
    const first = responseUserData(por('tar-unknown', '', true));
    const result = read({ sent: [first, ...parts.toReversed()] });
    expect(result).toMatchObject({ way: 'submit', status: 'por-ok', data: 'ab'.repeat(200) });
    expect(parts.length).toBeGreaterThan(1);
  });

  it('is in the short message when the report says so', () => {
    const result = read({
      report: responseUserData(por('response-by-sms-submit')),
      sent: [responseUserData(por('por-ok', '019000'))],
    });
    expect(result).toMatchObject({ way: 'submit', status: 'por-ok', executed: 1 });
  });

  it('is what the card decided when no PoR was to come', () => {
    expect(read({})).toMatchObject({ isExecuted: true, way: 'none', status: 'none' });
    expect(read({}, 'cntr-low')).toMatchObject({ isExecuted: false, verdict: 'cntr-low' });
    expect(read({}, 'ignored')).toMatchObject({ isExecuted: false, verdict: 'ignored' });
  });

  it('is not read as a report where the applet has one of its own', () => {
    const report = responseUserData(por('por-ok', '029000'));
    const of = { verdict: 'por-ok', findings: [], mistake: undefined };
    const sent = { ...SENT, format: undefined, appletFormat: undefined };
    const result = readResult(sent, { ...NOTHING, report }, of);
    expect(result).toMatchObject({ additional: '029000', report: undefined, executed: undefined });
    expect(result.data).toBe('');
  });
});

describe('what came of a packet is not taken for better than it is:', () => {
  it.each(Object.keys(RESPONSE_STATUS).filter((name) => name !== 'por-ok') as ResponseStatus[])(
    'a PoR %s is no success, whatever the card decided',
    (status) => {
      const result = read({ report: responseUserData(por(status)) });
      expect(result).toMatchObject({ isExecuted: false, status, way: 'report' });
    },
  );

  it('a PoR 00 is no success when the card has refused', () => {
    const report = responseUserData(por('por-ok', '019000'));
    expect(read({ report }, 'cntr-low')).toMatchObject({ isExecuted: false, status: 'por-ok' });
  });

  it('a status without a name is told in hex', () => {
    const packet = por('por-ok', '', true).with(-1, 0x0c) as Uint8Array;
    const result = read({ report: responseUserData(packet) });
    expect(result).toMatchObject({ isExecuted: false, status: '0c' });
  });

  it('a PoR in clear is not proven', () => {
    const result = read({ report: responseUserData(por('por-ok', '019000', true)) });
    expect(result).toMatchObject({ isExecuted: true, isProven: false });
  });

  it('a PoR with any octet changed behind TAR is not proven', () => {
    const packet = por('por-ok', '019000');
    for (let at = 6; at < packet.length; at++) {
      const changed = packet.map((octet, n) => (n === at ? octet ^ 1 : octet));
      expect(read({ report: responseUserData(changed) }).isProven).toBe(false);
    }
  });

  it.each([
    ['a truncated PoR', toHex(responseUserData(por('por-ok'))).slice(0, -2)],
    ['a PoR without its header', toHex(por('por-ok'))],
    ['a header alone', '027100'],
    ['a command packet', `027000${toHex(por('por-ok'))}`],
    ['a part of a longer message', `0500037f0201${toHex(por('por-ok'))}`],
    ['a UDH that is cut short', '0771'],
  ])('%s is none', (_what, report) => {
    const result = read({ report: fromHex(report) }, 'ignored');
    expect(result).toMatchObject({ por: undefined, isProven: false, status: 'none', data: '' });
  });

  it('a report in the format that the applet does not have is none, whatever it looks like', () => {
    const log = { ...NOTHING, report: responseUserData(por('por-ok', 'ab06800101900101')) };
    const of = { verdict: 'por-ok', findings: [], mistake: undefined } as const;
    const none = { report: undefined, executed: undefined, sw: undefined, data: '' };
    const other = readResult({ ...SENT, appletFormat: 'expanded' }, log, of);
    expect(other).toMatchObject({ ...none, additional: 'ab06800101900101' });
    expect(formatRemedy(other)).toBe('; the format of the applet is expanded');
    const own = readResult({ ...SENT, appletFormat: undefined }, log, of);
    expect(own.executed).toBe(0xab);
    expect(formatRemedy(own)).toBe('');
  });

  it.each(['', '01', '0190'])('additional data "%s" is no report', (data) => {
    const result = read({ report: responseUserData(por('por-ok', data)) });
    expect(result).toMatchObject({ report: undefined, executed: undefined, sw: undefined });
    expect(result).toMatchObject({ additional: data, data: '', responses: [] });
  });
});

describe('the description of a result', () => {
  it.each([
    [
      '1619',
      'B00000',
      `PoR por-ok, 1 executed, SW '6119' (ok, 25 octets of response data are ready)`,
    ],
    ['1639', 'B00000', 'PoR por-ok by SMS-SUBMIT, 1 executed, '],
    ['1600', 'B00000', 'PoR none, the card decided por-ok\n'],
    ['1600', 'B00009', 'PoR none, the card decided tar-unknown\n'],
    ['1619', 'B00009', 'PoR tar-unknown\n'],
  ])('of SPI %s to TAR %s begins with what came back', (spi, tar, head) => {
    const text = describeResult(otaTestCard().ota('00A40000022FE2', { spi, tar }));
    expect(text.slice(0, head.length)).toBe(head);
  });

  it('tells each step, and the mistake that explains a refusal', () => {
    const result = otaTestCard().ota('00A40000022FE2', { tar: 'B00009' });
    const lines = describeResult(result).split('\n');
    expect(lines).toHaveLength(1 + result.findings.length + 1);
    expect(lines).toContain(
      `  !! tar 'b00009': expected the TAR of an applet; ` +
        'found no applet has it (ETSI TS 102 225 §5.1)',
    );
    expect(lines.at(-1)).toMatch(/^ {2}tar-one-octet-off: TAR 'b00009' /u);
  });

  it('tells of a card that hides why it refuses', () => {
    const result = read(
      { report: responseUserData(por('unidentified-security-error')) },
      'cntr-low',
    );
    expect(describeResult(result).split('\n')[0]).toBe(
      'PoR unidentified-security-error, the card decided cntr-low',
    );
  });
});
