/**
 * `vuicc suci conceal` and `vuicc suci reveal` against test/vectors/suci.json.
 *
 * @see 3GPP TS 33.501 (concealed identities)
 * @module
 */

import { describe, expect, it } from 'vitest';
import vectors from '../vectors/suci.json' with { type: 'json' };
import { documentOf, done, type Outcome, refusal, useProgram } from './support/program.ts';

const program = useProgram();

const CONCEALED = [...vectors.ts33501, ...vectors.generated];
const [A, B] = vectors.ts33501 as [(typeof CONCEALED)[number], (typeof CONCEALED)[number]];
/** Of 001010000000001. */
const NULL_SUCI = '0100f110f0ff00000000000010';

type Options = Readonly<Record<string, string | undefined>>;

function argsOf(options: Options): string[] {
  return Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  );
}

function conceal(options: Options, ...more: string[]): Promise<Outcome> {
  return program.run(['suci', 'conceal', ...argsOf(options), ...more]);
}

function reveal(hex: string, options: Options = {}): Promise<Outcome> {
  return program.run(['suci', 'reveal', ...argsOf(options), '--json', hex]);
}

/** The options that make a vector. */
function optionsOf(vector: (typeof CONCEALED)[number]): Options {
  return {
    '--imsi': `${vector.mcc}${vector.mnc}${vector.msin}`,
    '--mnc-length': String(vector.mnc.length),
    '--routing': vector.routingIndicator,
    '--scheme': vector.profile.toLowerCase(),
    '--key': vector.hnPublicKey,
    '--key-id': String(vector.hnKeyId),
    '--ephemeral': vector.ephemeralPrivateKey,
  };
}

describe('vuicc suci conceal', () => {
  it.each([A, ...vectors.generated.slice(0, 4)])('makes $name', async (vector) => {
    expect(documentOf(await conceal(optionsOf(vector), '--json'))).toEqual({
      suci: vector.suciValue,
      nai: null,
      scheme: vector.profile === 'A' ? 1 : 2,
      keyIdentifier: vector.hnKeyId,
      plain: vector.plaintext,
      ephemeralPublicKey: vector.ephemeralPublicKey,
      cipherText: vector.cipherText,
      macTag: vector.macTag,
      schemeOutput: vector.schemeOutput,
    });
  });

  it('prints a line for each', async () => {
    expect(await conceal(optionsOf(B))).toEqual(
      done(
        `suci               ${B.suciValue}`,
        'nai                null',
        'scheme             2',
        'keyIdentifier      27',
        'plain              00012080f6',
        `ephemeralPublicKey ${B.ephemeralPublicKey}`,
        'cipherText         46a33fc271',
        'macTag             6ac7dae96aa30a4d',
        `schemeOutput       ${B.schemeOutput}`,
      ),
    );
  });

  it.each(vectors.nullScheme)('makes the null scheme: $suciValue', async (vector) => {
    const { mcc, mnc, msin, routingIndicator, suciValue } = vector;
    const options = {
      '--imsi': `${mcc}${mnc}${msin}`,
      '--mnc-length': String(mnc.length),
      '--routing': routingIndicator,
      '--scheme': 'null',
    };
    expect(documentOf(await conceal(options, '--json'))).toMatchObject({
      suci: suciValue,
      ephemeralPublicKey: null,
      schemeOutput: suciValue.slice(16),
    });
  });

  it('makes the SUCI of a NAI', async () => {
    const options = { '--nai': 'user17@example.com', '--scheme': 'null', '--routing': '678' };
    expect(documentOf(await conceal(options, '--json'))).toMatchObject({
      nai: 'type1.rid678.schid0.useriduser17@example.com',
      plain: '757365723137',
    });
  });

  it('makes another each time, and the same from a seed', async () => {
    const free = { ...optionsOf(A), '--ephemeral': undefined };
    const suciFrom = async (options: Options): Promise<unknown> =>
      (documentOf(await conceal(options, '--json')) as { suci: string }).suci;
    expect(await suciFrom(free)).not.toBe(await suciFrom(free));
    const seeded = { ...free, '--seed': '7' };
    expect(await suciFrom(seeded)).toBe(await suciFrom(seeded));
    expect(await suciFrom(seeded)).not.toBe(await suciFrom({ ...free, '--seed': '8' }));
  });

  it.each([
    [{ '--imsi': undefined }, '--imsi, --nai: expected exactly one of them'],
    [{ '--nai': 'a@b' }, '--imsi, --nai: expected exactly one of them'],
    [{ '--imsi': '12345' }, '--imsi: expected 6 to 15 digits, found "12345"'],
    [{ '--imsi': '27401200100208a' }, '--imsi: expected 6 to 15 digits, found "27401200100208a"'],
    [{ '--imsi': '2740120010020861' }, '--imsi: expected 6 to 15 digits, found "2740120010020861"'],
    [{ '--imsi': '274012' }, '--imsi: expected digits behind the MNC, found none'],
    [{ '--imsi': undefined, '--nai': 'a' }, '--nai: expected user@realm, found "a"'],
    [{ '--imsi': undefined, '--nai': 'a@b@c' }, '--nai: expected user@realm, found "a@b@c"'],
    [{ '--imsi': undefined, '--nai': '@b' }, '--nai: expected user@realm, found "@b"'],
    [{ '--mnc-length': '4' }, '--mnc-length: expected 2 to 3, found "4"'],
    [{ '--routing': '12345' }, '--routing: expected 1 to 4 digits, found "12345"'],
    [{ '--scheme': undefined }, "required option '--scheme <name>' not specified"],
    [{ '--scheme': 'c' }, '--scheme: expected null, a or b, found "c"'],
    [{ '--scheme': 'toString' }, '--scheme: expected null, a or b, found "toString"'],
    [{ '--scheme': 'null' }, '--key, --key-id, --ephemeral, --seed: expected a scheme with a key'],
    [{ '--scheme': 'b' }, '--key: expected 66 or 130 hex digits, found 64'],
    [{ '--key': undefined }, '--key: expected the key of the home network'],
    [{ '--key': '00'.repeat(32) }, '--key: expected a public key of profile A'],
    [
      { '--scheme': 'b', '--key': `05${'11'.repeat(32)}` },
      '--key: expected a public key of profile B',
    ],
    [{ '--key-id': '256' }, '--key-id: expected 0 to 255, found "256"'],
    [{ '--ephemeral': '00' }, '--ephemeral: expected 64 hex digits, found 2'],
    [{ '--seed': '1' }, '--ephemeral, --seed: expected one of them'],
    [
      { '--scheme': 'b', '--key': B.hnPublicKey, '--ephemeral': 'ff'.repeat(32) },
      '--ephemeral: expected a private key of the profile',
    ],
  ])('refuses %j in one line', async (change, line) => {
    expect(await conceal({ ...optionsOf(A), ...change }, '--json')).toEqual(refusal(line));
  });
});

describe('vuicc suci reveal', () => {
  const REVEALED = {
    supi: '274012001002086',
    network: '274-012',
    routingIndicator: '678',
    scheme: 1,
    keyIdentifier: 27,
    failure: null,
  };

  it.each([
    ['its value', A.suciValue],
    ['the answer of GET IDENTITY', A.getIdentity.response],
    ['that answer with its SW', `${A.getIdentity.response}9000`],
    ['it in upper case, with spaces', A.suciValue.toUpperCase().replace(/(.{8})/gu, '$1 ')],
  ])('reveals a SUCI of profile A from %s', async (_what, hex) => {
    const outcome = await reveal(hex, { '--key': A.hnPrivateKey });
    expect(documentOf(outcome)).toEqual(REVEALED);
    expect(outcome.code).toBe(0);
  });

  it('reveals one of profile B, and prints a line for each', async () => {
    const args = ['suci', 'reveal', '--key', B.hnPrivateKey, B.suciValue];
    expect(await program.run(args)).toEqual(
      done(
        'supi             274012001002086',
        'network          274-012',
        'routingIndicator 678',
        'scheme           2',
        'keyIdentifier    27',
        'failure          null',
      ),
    );
  });

  it('reveals what conceal has made of a NAI', async () => {
    const options = { ...optionsOf(B), '--imsi': undefined, '--nai': 'user17@example.com' };
    const { suci } = documentOf(await conceal(options, '--json')) as { suci: string };
    expect(documentOf(await reveal(suci, { '--key': B.hnPrivateKey }))).toMatchObject({
      supi: 'user17@example.com',
      network: 'example.com',
    });
  });

  it('gives no control character of a stranger to a terminal', async () => {
    const text = 'type1.rid0.schid0.userid\u001b[2J\nfailure tag-wrong@\u009b1m';
    const suci = `11${Buffer.from(text).toString('hex')}`;
    expect(await program.run(['suci', 'reveal', suci])).toEqual(
      done(
        'supi             .[2J.failure tag-wrong@.1m',
        'network          .1m',
        'routingIndicator 0',
        'scheme           0',
        'keyIdentifier    0',
        'failure          null',
      ),
    );
    const options = { '--nai': 'a\u001b[2J\nb@c', '--scheme': 'null' };
    const { stdout } = await conceal(options);
    expect(stdout).toContain('userida.[2J.b@c');
    expect(stdout).not.toContain('\u001b');
  });

  it('reveals the null scheme without a key', async () => {
    const outcome = await reveal(NULL_SUCI);
    expect(documentOf(outcome)).toMatchObject({ supi: '001010000000001', scheme: 0 });
  });

  it.each([
    ['tag-wrong', `${A.suciValue.slice(0, -2)}00`, A.hnPrivateKey],
    ['tag-wrong', A.suciValue, '11'.repeat(32)],
    ['ephemeral-key', `${A.suciValue.slice(0, 16)}${'00'.repeat(40)}`, A.hnPrivateKey],
    ['too-short', A.suciValue.slice(0, 90), A.hnPrivateKey],
    ['no-supi', '0172241076f80000aa', undefined],
  ])('says %s, with exit code 1', async (failure, suci, key) => {
    const outcome = await reveal(suci, { '--key': key });
    expect(documentOf(outcome)).toMatchObject({ supi: null, network: '274-012', failure });
    expect(outcome.code).toBe(1);
  });

  it.each([
    ['', {}, 'SUCI/type at 0: needs 1 octets, 0 left'],
    ['0', {}, 'SUCI: expected an even number of digits, found 1'],
    ['x0', {}, 'SUCI: expected a hex digit at character 1, found "x"'],
    ['31', {}, `SUCI/type at 0: expected '01' or '11'`],
    ['0172241076', {}, 'SUCI/routing indicator at 4: needs 2 octets, 1 left'],
    [`${A.getIdentity.response}6985`, {}, `answer/SW at 55: expected '9000'`],
    [`${A.getIdentity.response}900000`, {}, 'answer/end at 57: expected no more octets, 1 left'],
    [A.getIdentity.response.slice(0, -2), {}, `answer/'a1' at 2: needs 53 octets, 52 left`],
    [A.suciValue, {}, '--key: expected the key of the home network'],
    [NULL_SUCI, { '--key': 'x' }, '--key: expected a hex digit at character 1, found "x"'],
    [NULL_SUCI, { '--key': '00' }, '--key: expected 64 hex digits, found 2'],
    [A.suciValue, { '--key': '00' }, '--key: expected 64 hex digits, found 2'],
    [B.suciValue, { '--key': 'ff'.repeat(32) }, '--key: expected a private key of the profile'],
    ['0172241076f80c1b00', {}, 'SUCI/scheme: expected 0, 1 or 2, found 12'],
  ])('refuses %s with %j in one line', async (hex, options, line) => {
    expect(await reveal(hex, options)).toEqual(refusal(line));
  });

  it('shows no key', async () => {
    const key = '1f'.repeat(32);
    for (const hex of [A.suciValue, B.suciValue]) {
      const { stdout, stderr } = await reveal(hex, { '--key': key });
      expect(`${stdout}${stderr}`).not.toContain('1f1f');
    }
  });
});
