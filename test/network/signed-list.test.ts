import { base64url, CompactSign, type CryptoKey, FlattenedSign, generateKeyPair } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  joseSigner,
  joseVerifier,
  type Signer,
  type Verifier,
} from '../../src/network/signed-list.ts';
import { damaged } from './support/lists.ts';

const PAYLOAD = JSON.stringify({ type: 'imsi-list', id: 'L-1', devices: [{ imsi: '001021234' }] });
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

let privateKey: CryptoKey;
let signer: Signer;
let verifier: Verifier;
let jws: string;

beforeAll(async () => {
  const b = await generateKeyPair('ES256');
  const c = await generateKeyPair('ES256');
  privateKey = b.privateKey;
  signer = joseSigner('MNO-B', b.privateKey);
  verifier = joseVerifier(
    new Map([
      ['MNO-B', b.publicKey],
      ['MNO-C', c.publicKey],
    ]),
  );
  jws = await signer.sign(PAYLOAD);
});

const encode = (text: string): string => base64url.encode(text);
const refusalOf = async (text: string): Promise<string> => {
  const result = await verifier.verify(text);
  return result.ok ? 'believed' : result.refusal;
};

/** Signs with jose, whose header may be anything. */
function sign(header: object, key: CryptoKey | Uint8Array, payload = PAYLOAD): Promise<string> {
  return new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader(header as { alg: string })
    .sign(key, { crit: { b64: true, exp: true } });
}

/** Signs a header of any spelling. */
async function signRaw(header: string, payload = encode(PAYLOAD)): Promise<string> {
  const input = `${encode(header)}.${payload}`;
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    privateKey as Parameters<typeof crypto.subtle.sign>[1],
    new TextEncoder().encode(input),
  );
  return `${input}.${base64url.encode(new Uint8Array(signature))}`;
}

describe('a signed list', () => {
  it('is believed as it was signed, with its signer by name', async () => {
    expect(await verifier.verify(jws)).toEqual({ ok: true, from: 'MNO-B', payload: PAYLOAD });
    expect(await refusalOf(await signRaw('{"alg":"ES256","kid":"MNO-B"}'))).toBe('believed');
  });

  it('is refused at every truncation, from either end', async () => {
    for (let length = 0; length < jws.length; length++) {
      expect(await refusalOf(jws.slice(0, length))).not.toBe('believed');
      expect(await refusalOf(jws.slice(jws.length - length))).not.toBe('believed');
    }
  });

  it('is refused with any one bit of any one octet changed', async () => {
    for (const text of damaged(jws)) expect(await refusalOf(text)).not.toBe('believed');
  });

  it('is refused with any one octet taken out, or another put in', async () => {
    for (let at = 0; at <= jws.length; at++) {
      for (const inserted of ['A', '.', '=', ' ', '\n']) {
        expect(await refusalOf(jws.slice(0, at) + inserted + jws.slice(at))).not.toBe('believed');
      }
      if (at < jws.length) {
        expect(await refusalOf(jws.slice(0, at) + jws.slice(at + 1))).not.toBe('believed');
      }
    }
  });

  it('is refused with another last character, 15 of which mean the same octets', async () => {
    const right = jws.at(-1)!;
    const found = new Map<string, number>();
    for (const last of ALPHABET) {
      if (last === right) continue;
      const refusal = await refusalOf(jws.slice(0, -1) + last);
      found.set(refusal, (found.get(refusal) ?? 0) + 1);
    }
    // 64 octets leave 4 bits to spare: 4 of 64 characters are canonical.
    expect(Object.fromEntries(found)).toEqual({ 'not-canonical': 60, forged: 3 });
  });

  it.each([0, 1, 2])('is refused if part %i has another spelling of the same octets', async (n) => {
    const parts = jws.split('.');
    for (const [at, part] of parts.entries()) {
      // Each part gets spare bits: its octets are cut to a length that is no multiple of three.
      if (at !== n) continue;
      const octets = base64url.decode(part);
      const cut = octets.slice(0, octets.length - (octets.length % 3 === 0 ? 1 : 0));
      const text = base64url.encode(cut);
      const next = ALPHABET[ALPHABET.indexOf(text.at(-1)!) + 1]!;
      parts[at] = text.slice(0, -1) + next;
      expect(base64url.decode(parts[at]!)).toEqual(cut);
    }
    expect(await refusalOf(parts.join('.'))).toBe('not-canonical');
  });

  it.each([
    ['nothing', ''],
    ['white space before', ' x'],
    ['two parts', 'e30.e30'],
    ['four parts', 'e30.e30.e30.e30'],
    ['an empty part', 'e30..e30'],
    ['padding', 'e30=.e30.e30'],
    ['standard base64', 'e3+.e30.e30'],
  ])('is no list: %s', async (_what, text) => {
    expect(await refusalOf(text)).toBe('not-compact');
  });

  it('is no list: a flattened JWS, and a value that is no text', async () => {
    const flattened = await new FlattenedSign(new TextEncoder().encode(PAYLOAD))
      .setProtectedHeader({ alg: 'ES256', kid: 'MNO-B' })
      .sign(privateKey);
    expect(await refusalOf(JSON.stringify(flattened))).toBe('not-compact');
    expect(await refusalOf(flattened as unknown as string)).toBe('not-compact');
    expect(await refusalOf(`${jws}\n`)).toBe('not-compact');
  });

  it.each<[string, object, string]>([
    ['another algorithm', { alg: 'ES384', kid: 'MNO-B' }, 'wrong-algorithm'],
    ['a member more', { alg: 'ES256', kid: 'MNO-B', typ: 'JWT' }, 'wrong-header'],
    ['its members in another order', { kid: 'MNO-B', alg: 'ES256' }, 'wrong-header'],
    ['no signer', { alg: 'ES256' }, 'wrong-header'],
    ['a signer that is no text', { alg: 'ES256', kid: 7 }, 'wrong-header'],
    ['a signer of whom there is no key', { alg: 'ES256', kid: 'MNO-Z' }, 'unknown-signer'],
    ['a signer that every object has', { alg: 'ES256', kid: '__proto__' }, 'unknown-signer'],
    ['the name of another signer', { alg: 'ES256', kid: 'MNO-C' }, 'forged'],
  ])('is refused with a header of %s', async (_what, header, refusal) => {
    expect(await refusalOf(await signRaw(JSON.stringify(header)))).toBe(refusal);
  });

  it('is refused with crit, however it is signed', async () => {
    const b64 = await sign({ alg: 'ES256', kid: 'MNO-B', b64: true, crit: ['b64'] }, privateKey);
    expect(await refusalOf(b64)).toBe('wrong-header');
    const exp = { alg: 'ES256', kid: 'MNO-B', crit: ['exp'], exp: 1 };
    expect(await refusalOf(await signRaw(JSON.stringify(exp)))).toBe('wrong-header');
  });

  it.each([
    ['white space', '{"alg":"ES256", "kid":"MNO-B"}'],
    ['an escape', '{"alg":"ES256","kid":"MNO\\u002dB"}'],
    ['a member twice', '{"alg":"ES256","kid":"MNO-C","kid":"MNO-B"}'],
    ['no object', '["ES256"]'],
    ['null', 'null'],
    ['no JSON', 'ES256'],
    ['a byte order mark', '\ufeff{"alg":"ES256","kid":"MNO-B"}'],
  ])('is refused with a header of %s', async (_what, header) => {
    expect(await refusalOf(await signRaw(header))).toMatch(/^wrong-(?:header|algorithm)$/);
  });

  it('is refused without a signature and with one by a shared secret', async () => {
    const none = `${encode('{"alg":"none","kid":"MNO-B"}')}.${encode(PAYLOAD)}.AA`;
    expect(await refusalOf(none)).toBe('wrong-algorithm');
    const shared = await sign({ alg: 'HS256', kid: 'MNO-B' }, new Uint8Array(32));
    expect(await refusalOf(shared)).toBe('wrong-algorithm');
  });

  it.each([0, 32, 63, 65, 70])('is refused with a signature of %i octets', async (length) => {
    const [head, body] = jws.split('.');
    const signature = base64url.encode(new Uint8Array(length).fill(1));
    expect(await refusalOf(`${head}.${body}.${signature}`)).not.toBe('believed');
  });

  it('is refused with the signature of another list of the same signer', async () => {
    const other = (await signer.sign(`${PAYLOAD} `)).split('.')[2];
    const [head, body] = jws.split('.');
    expect(await refusalOf(`${head}.${body}.${other}`)).toBe('forged');
  });

  it('is refused if its payload is no UTF-8', async () => {
    const octets = base64url.encode(Uint8Array.of(0x7b, 0xff, 0x7d));
    expect(await refusalOf(await signRaw('{"alg":"ES256","kid":"MNO-B"}', octets))).toBe(
      'not-canonical',
    );
  });

  it('keeps a byte order mark of its payload, so that it is not read as JSON', async () => {
    const text = await signer.sign(`\ufeff${PAYLOAD}`);
    expect(await verifier.verify(text)).toMatchObject({ payload: `\ufeff${PAYLOAD}` });
  });

  it('fails loudly on a key that is none, as that is no fault of the list', async () => {
    const wrong = joseVerifier(new Map([['MNO-B', {} as CryptoKey]]));
    await expect(wrong.verify(jws)).rejects.toThrow(TypeError);
  });
});
