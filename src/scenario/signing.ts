/**
 * Keys to sign with, one a party, for a scenario that has none of its own.
 *
 * @see RFC 7518 §3.4 (ES256)
 * @module
 */

import { type CryptoKey, generateKeyPair } from 'jose';
import { joseSigner, joseVerifier, type Signer, type Verifier } from '../network/signed-list.ts';

/** Who can sign, and how everybody checks. */
export interface Signing {
  /** A signer by the name of its party. */
  readonly signers: ReadonlyMap<string, Signer>;
  readonly verifier: Verifier;
}

/**
 * Makes a new key for each party.
 *
 * @see RFC 7518 §3.4
 */
export async function generateSigning(parties: readonly string[]): Promise<Signing> {
  const signers = new Map<string, Signer>();
  const publicKeys = new Map<string, CryptoKey>();
  for (const name of parties) {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    signers.set(name, joseSigner(name, privateKey));
    publicKeys.set(name, publicKey);
  }
  return { signers, verifier: joseVerifier(publicKeys) };
}
