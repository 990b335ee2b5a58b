/**
 * Signed documents between operators and the UICC manufacturer: compact JWS with ES256.
 *
 *     base64url {"alg":"ES256","kid":"<name of the signer>"} . base64url payload . base64url r || s
 *
 * One document has one spelling. The header is exactly these two members in this order; base64url
 * has no padding, no white space, and zeros in the bits that the last character has to spare. So
 * nothing that was altered, however little, is taken for the document that was signed.
 *
 * @see RFC 7515 (compact serialisation, "kid"); RFC 4648 (canonical encoding)
 * @module
 */

import { base64url, CompactSign, type CryptoKey, compactVerify, errors } from 'jose';

const ALGORITHM = 'ES256';
const SIGNATURE_OCTETS = 64;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const THREE_PARTS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** Signs for one party. A key in hardware, or in another program, has this shape too. */
export interface Signer {
  /** The party, as others know it. */
  readonly name: string;
  /** Returns the compact JWS. */
  sign(payload: string): Promise<string>;
}

/**
 * Why a signed document is not believed.
 *
 * - `not-compact`: no three parts of base64url
 * - `not-canonical`: another spelling of the same octets
 * - `wrong-header`: the header is no JSON of the one form; `crit` and members of no use among it
 * - `wrong-algorithm`: not ES256
 * - `unknown-signer`: there is no key of that name
 * - `forged`: the signature is not that of the named party
 */
export type SignatureRefusal =
  | 'not-compact'
  | 'not-canonical'
  | 'wrong-header'
  | 'wrong-algorithm'
  | 'unknown-signer'
  | 'forged';

/** Who has signed what, or why it is not believed. */
export type VerifyResult =
  | { readonly ok: true; readonly from: string; readonly payload: string }
  | { readonly ok: false; readonly refusal: SignatureRefusal };

/** Checks signed documents of all parties that it has a key of. */
export interface Verifier {
  verify(jws: string): Promise<VerifyResult>;
}

function headerOf(name: string): string {
  return JSON.stringify({ alg: ALGORITHM, kid: name });
}

/**
 * Makes a signer from a private key.
 *
 * @param name the party's name, `kid` of the header
 * @param privateKey P-256, for ES256
 * @see RFC 7515
 */
export function joseSigner(name: string, privateKey: CryptoKey): Signer {
  return {
    name,
    sign: (payload) =>
      new CompactSign(new TextEncoder().encode(payload))
        .setProtectedHeader({ alg: ALGORITHM, kid: name })
        .sign(privateKey),
  };
}

/** Tells whether base64url has the one spelling of its octets. */
function isCanonical(text: string): boolean {
  const over = text.length % 4;
  if (over === 0) return true;
  // Two characters hold 12 bits for 8, three hold 18 for 16.
  const spare = over === 2 ? 16 : 4;
  return over !== 1 && ALPHABET.indexOf(text.charAt(text.length - 1)) % spare === 0;
}

/** Reads UTF-8; `undefined` when it is none. */
function textOf(octets: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    return undefined;
  }
}

type HeaderResult =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly refusal: SignatureRefusal };

function readHeader(part: string): HeaderResult {
  const wrong: HeaderResult = { ok: false, refusal: 'wrong-header' };
  const text = textOf(base64url.decode(part));
  if (text === undefined) return wrong;
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    return wrong;
  }
  if (typeof header !== 'object' || header === null) return wrong;
  const { alg, kid } = header as { readonly alg?: unknown; readonly kid?: unknown };
  if (alg !== ALGORITHM) return { ok: false, refusal: 'wrong-algorithm' };
  if (typeof kid !== 'string' || text !== headerOf(kid)) return wrong;
  return { ok: true, name: kid };
}

/**
 * Makes a verifier from public keys.
 *
 * @param keys party's name to its key, P-256
 * @see RFC 7515; RFC 4648
 */
export function joseVerifier(keys: ReadonlyMap<string, CryptoKey>): Verifier {
  return { verify: (jws) => verify(jws, keys) };
}

async function verify(jws: string, keys: ReadonlyMap<string, CryptoKey>): Promise<VerifyResult> {
  const refuse = (refusal: SignatureRefusal): VerifyResult => ({ ok: false, refusal });
  if (typeof jws !== 'string' || !THREE_PARTS.test(jws)) return refuse('not-compact');
  const [head = '', body = '', signature = ''] = jws.split('.');
  if (![head, body, signature].every(isCanonical)) return refuse('not-canonical');
  const header = readHeader(head);
  if (!header.ok) return header;
  const key = keys.get(header.name);
  if (key === undefined) return refuse('unknown-signer');
  if (base64url.decode(signature).length !== SIGNATURE_OCTETS) return refuse('forged');
  try {
    const { payload } = await compactVerify(jws, key, { algorithms: [ALGORITHM] });
    const text = textOf(payload);
    return text === undefined
      ? refuse('not-canonical')
      : { ok: true, from: header.name, payload: text };
  } catch (error) {
    if (error instanceof errors.JOSEError) return refuse('forged');
    throw error;
  }
}
